import { expect, test } from "vitest";
import { chainLines } from "../../../src/report/explain/fact-chain.js";

const CAUSE = { t: 2_000_000, fact: 3, kind: "churn", object: "Pod/a", detail: "", component: "churn", cause: -1 };

test("a request that was sent before its cause stands at a negative distance from it", () => {
  const lines = chainLines([CAUSE], { t: CAUSE.t - 13_000, text: "the request is sent" }, "");
  expect(lines.at(-1)).toMatch(/ −13 ms +the request is sent$/);
});

test("one that was sent behind it stands at a positive distance", () => {
  const lines = chainLines([CAUSE], { t: CAUSE.t + 13_000, text: "the request is sent" }, "");
  expect(lines.at(-1)).toMatch(/ \+13 ms +the request is sent$/);
});
