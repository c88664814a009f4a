import { describe, expect, test } from "vitest";
import { formatObserver, OBSERVER_KINDS, observerKind, parseObserver } from "../../src/model/observation.js";

describe("the text of an observer", () => {
  test.each(["api", "node/node-1", "coredns/kube-system/coredns-1", "node/a b/c"])(
    "%s is read back as it was",
    (text) => {
      const observer = parseObserver(text);
      expect(observer === null ? null : formatObserver(observer)).toBe(text);
    },
  );

  test("names kind and name apart", () => {
    expect(parseObserver("coredns/kube-system/coredns-1")).toEqual({ kind: "coredns", name: "kube-system/coredns-1" });
    expect(parseObserver("api")).toEqual({ kind: "api", name: "" });
  });

  test.each(["", "nodes/a", "somebody"])("%j is nobody's", (text) => {
    expect(parseObserver(text)).toBeNull();
  });

  test("every kind has its row", () => {
    for (const row of OBSERVER_KINDS) expect(observerKind({ kind: row.kind, name: "x" })).toBe(row);
  });
});
