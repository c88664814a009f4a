/** The golden traces (recorded with real resolvers) replay: same questions, ports and times, same result. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { resolverNamed } from "../../../../src/dns/client/resolver/resolvers.js";
import { traceLookups } from "../../../../src/dns/client/trace/trace.js";
import { CLOSED, modeNamed } from "../resolver/lookup.js";

interface Trace {
  readonly case: string;
  readonly name: string;
  readonly server_mode: string;
  readonly resolv_conf: string;
  readonly questions_recorded: boolean;
  readonly questions: readonly {
    readonly t: number;
    readonly port: string;
    readonly type: string;
    readonly name: string;
    readonly reply: string;
    readonly answer?: string;
    readonly call?: number;
  }[];
  readonly results: readonly {
    readonly status: string;
    readonly addresses: readonly string[];
    readonly elapsed_s: number;
  }[];
}

/** First part of a file's name to the resolver that replays it. */
const RESOLVERS: Readonly<Record<string, readonly string[]>> = {
  glibc: ["glibc", "go-cgo", "java"],
  python: ["glibc"],
  musl: ["musl"],
  "node-lookup": ["node-lookup"],
  "node-resolve4": ["node-resolve"],
};

const FOLDER = new URL("./recorded/", import.meta.url);
const TRACES = readdirSync(FOLDER)
  .sort()
  .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Trace);
const TOLERANCE_S = 0.05;

const REPLAYS = TRACES.flatMap((trace) =>
  (RESOLVERS[trace.case.split("--")[0]!] ?? []).flatMap((resolver) =>
    [true, false].map((foretold) => ({ ...trace, resolver, foretold })),
  ),
);

describe("the recorded traces replay", () => {
  test("all of them are here, and every one is replayed", () => {
    expect(TRACES.length).toBe(52);
    expect(new Set(REPLAYS.map((replay) => replay.case)).size).toBe(52);
  });

  test.each(REPLAYS)("$case with $resolver, arrival of replies foretold: $foretold", (recorded) => {
    const simulated = traceLookups({
      resolver: resolverNamed(recorded.resolver),
      resolvConf: recorded.resolv_conf,
      mode: modeNamed(recorded.server_mode),
      name: recorded.name,
      calls: recorded.results.length,
      closed: [CLOSED],
      foretold: recorded.foretold,
    });
    expect(simulated.questions_recorded).toBe(recorded.questions_recorded);
    const withoutTime = (questions: Trace["questions"]): unknown => questions.map(({ t, ...rest }) => rest);
    expect(withoutTime(simulated.questions)).toEqual(withoutTime(recorded.questions));
    simulated.questions.forEach(({ t }, i) => {
      expect(Math.abs(t - recorded.questions[i]!.t)).toBeLessThanOrEqual(TOLERANCE_S);
    });
    simulated.results.forEach(({ status, addresses, elapsed_s }, i) => {
      const result = recorded.results[i]!;
      expect({ status, addresses }).toEqual({ status: result.status, addresses: result.addresses });
      expect(Math.abs(elapsed_s - result.elapsed_s)).toBeLessThanOrEqual(TOLERANCE_S);
    });
  });
});
