import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadText, webManifests } from "./load-fixture.js";

describe("hostile input", () => {
  test("random bytes never throw and never give objects without a message", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { said, objects } = loadText(new TextDecoder().decode(bytes));
        expect(said.length).toBeGreaterThan(0);
        expect(objects.deployments).toEqual([]);
      }),
      { seed: 20261122, numRuns: 2000 },
    );
  });

  test("random edits of a good file never throw", () => {
    const text = webManifests();
    const junk = [
      "[",
      "]",
      "{",
      "}",
      ": ",
      "- ",
      "&a ",
      "*a",
      "!!int ",
      "|\n",
      "\t",
      '"',
      "'",
      "#",
      "null",
      "-1",
      "<<: ",
    ];
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(30), fc.constantFrom(...junk), (start, length, insert) => {
        loadText(text.slice(0, start) + insert + text.slice(start + length));
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  test("a file cut off at any 37th byte never throws", () => {
    const text = webManifests();
    for (let end = 0; end < text.length; end += 37) {
      const { report, objects } = loadText(text.slice(0, end));
      const complete = end > text.indexOf("image: w");
      expect(report.failed || complete, text.slice(0, end)).toBe(true);
      expect(objects.services.length).toBeLessThanOrEqual(1);
    }
  });

  test("every field may be of a wrong type", () => {
    const values = ["null", "[]", "{}", "[null]", "[[]]", "{a: {}}", "-1", "1.5", "1e99", '""', "x", "true", ".nan"];
    const lines = webManifests().split("\n");
    lines.forEach((line, index) => {
      const match = /^(\s*(?:- )?\w+:)/.exec(line);
      if (match === null) return;
      for (const value of values) {
        const changed = [...lines.slice(0, index), `${match[1]} ${value}`, ...lines.slice(index + 1)];
        loadText(changed.join("\n"));
        loadText(changed.filter((_, other) => other <= index || /^( {0,2}\w|---)/.test(lines[other] ?? "")).join("\n"));
      }
    });
  });

  test("__proto__ as a field, a label and a resource", () => {
    const { said } = loadText(
      webManifests("labels: {app: web}\nspec", "labels: {__proto__: x}\n  __proto__: {a: b}\nspec"),
    );
    expect(said).toEqual([
      '5:23 error metadata.labels.__proto__: "__proto__" is no valid label key',
      '6:3 error metadata.__proto__: Deployment has no field "__proto__" here (Kubernetes 1.37)',
    ]);
  });

  test("as many pods as nobody has", () => {
    const { said } = loadText(webManifests("replicas: 3", "replicas: 2147483647"));
    expect(said).toEqual([
      "7:13 error spec.replicas: up to here the manifests ask for 2147483647 pods, the limit is 200000",
    ]);
  });
});
