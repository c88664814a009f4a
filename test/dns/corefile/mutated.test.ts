/** Ten thousand Corefiles with mistakes in them: each is parsed or refused at a place within the text. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CorefileError } from "../../../src/dns/corefile/corefile.js";
import { parseCorefile } from "../../../src/dns/corefile/parser.js";
import { configureServers } from "../../../src/dns/server/configure.js";
import { COREDNS_DEPLOYMENT, EKS, KUBEADM_1_31, KUBEADM_1_32, NODE_LOCAL } from "./corefiles.js";

const SNIPPETS =
  '(a) {\n import b\n errors\n}\n(b) {\n log "x\\"y\n z"\n}\nx.org, {$KEY}:54\n10.0.0.0/27 {\n import a\n}\n';
const SEEDS = [KUBEADM_1_31, KUBEADM_1_32, EKS, COREDNS_DEPLOYMENT, NODE_LOCAL, SNIPPETS];

const piece = fc.constantFrom(
  ...'{ } " \\ # , : / ( ) . $ % * \n \r \t import {$ {% %} {$A} {$KEY} {} () (a) (b) // \ufeff \u0085 é 😀 ,, :: \0'.split(
    " ",
  ),
  " ",
  " {\n",
  "\n}\n",
  "import a\n",
  "import b\n",
  "(a) {\nimport b\n}\n",
  "(b) {\nimport a\n}\n",
  "2001:db8::/30 ",
);

/** One change: at a fraction of the text, so many characters give way to a piece (or to a part of the text itself). */
const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(12), piece, copy: fc.nat(80) });

function mutate(text: string, changes: readonly { at: number; cut: number; piece: string; copy: number }[]): string {
  return changes.reduce((current, { at, cut, piece: inserted, copy }) => {
    const offset = Math.floor(at * current.length);
    const copied = copy > 60 ? current.slice(copy, copy * 2) : "";
    return current.slice(0, offset) + inserted + copied + current.slice(offset + cut);
  }, text);
}

function isWithin({ position: { line, column }, message }: CorefileError, lines: readonly string[]): boolean {
  const length = lines[line - 1]?.length ?? 0;
  return message !== "" && line >= 1 && line <= lines.length && column >= 1 && column <= length;
}

describe("mutated Corefiles", () => {
  it("10,000 of them: an error with a place, or a parse; never a crash, never a hang", () => {
    let parsed = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...SEEDS), fc.array(change, { minLength: 1, maxLength: 8 }), (seed, changes) => {
        const text = mutate(seed, changes);
        const lines = text.split("\n");
        const { corefile, errors } = parseCorefile(text, { environment: { KEY: "k.org", A: "{$B}", B: "}" } });
        const more =
          corefile === null ? [] : configureServers(corefile, [], { hostSearch: [], hostNameservers: [] }).errors;
        if (corefile === null) refused++;
        else parsed++;
        return (
          (corefile === null) === errors.length > 0 && [...errors, ...more].every((error) => isWithin(error, lines))
        );
      }),
      { seed: 20_260_821, numRuns: 10_000 },
    );
    expect(parsed).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(500);
  }, 10_000);

  it.each([
    [
      "imports that double",
      `${Array.from({ length: 40 }, (_, i) => `(s${i}) {\nimport s${i + 1}\nimport s${i + 1}\n}`).join("\n")}\n(s40) {\nlog\n}\n. {\nimport s0\n}`,
    ],
    ["a large snippet, many times", `(s) {\n${"log\n".repeat(5_000)}}\n. {\n${"import s\n".repeat(5_000)}}`],
    ["a million braces", "{ ".repeat(500_000)],
    ["a deep pile of blocks", `. {\n${"a {\n".repeat(100_000)}`],
    ["one long word", `. {\n log ${"x".repeat(1_000_000)}\n}`],
    ["many wide ranges", "10.0.0.0/9 ".repeat(1_000)],
    ["a variable that grows", `. {\n log ${"{$G}".repeat(1_000)}\n}`],
  ])(
    "hostile: %s",
    (_what, text) => {
      const { corefile, errors } = parseCorefile(text, { environment: { G: "{$G}{$G}" } });
      expect(corefile === null).toBe(errors.length > 0);
    },
    3_000,
  );
});
