import { describe, expect, test } from "vitest";
import { type LabelSelector, type LabelSelectorRequirement, matches, matchesLabels } from "../../src/model/labels.js";

const LABELS = { app: "web", tier: "front", empty: "" };

function requirement(
  key: string,
  operator: LabelSelectorRequirement["operator"],
  values: string[] = [],
): LabelSelector {
  return { matchLabels: {}, matchExpressions: [{ key, operator, values }] };
}

describe("a label selector", () => {
  test.each<[string, LabelSelector, boolean]>([
    ["that is empty matches everything", { matchLabels: {}, matchExpressions: [] }, true],
    ["In one of the values", requirement("app", "In", ["db", "web"]), true],
    ["In other values", requirement("app", "In", ["db"]), false],
    ["In, of a label that is missing", requirement("zone", "In", ["a"]), false],
    ["NotIn the values", requirement("app", "NotIn", ["db"]), true],
    ["NotIn, among them", requirement("app", "NotIn", ["db", "web"]), false],
    ["NotIn, of a label that is missing", requirement("zone", "NotIn", ["a"]), true],
    ["Exists", requirement("empty", "Exists"), true],
    ["Exists, of a label that is missing", requirement("zone", "Exists"), false],
    ["DoesNotExist", requirement("zone", "DoesNotExist"), true],
    ["DoesNotExist, of a label that is there", requirement("empty", "DoesNotExist"), false],
  ])("%s", (_, selector, expected) => {
    expect(matches(selector, LABELS)).toBe(expected);
  });

  test("asks for all its parts", () => {
    const selector: LabelSelector = { ...requirement("tier", "In", ["front"]), matchLabels: { app: "web" } };
    expect(matches(selector, LABELS)).toBe(true);
    expect(matches(selector, { ...LABELS, app: "db" })).toBe(false);
    expect(matches(selector, { ...LABELS, tier: "back" })).toBe(false);
  });
});

test("a Service's selector asks for all its pairs, and knows nothing but given labels", () => {
  expect(matchesLabels({ app: "web", empty: "" }, LABELS)).toBe(true);
  expect(matchesLabels({ app: "web", zone: "" }, LABELS)).toBe(false);
  expect(matchesLabels({}, {})).toBe(true);
  for (const key of ["constructor", "toString", "__proto__"]) {
    expect(matches(requirement(key, "Exists"), LABELS)).toBe(false);
  }
});
