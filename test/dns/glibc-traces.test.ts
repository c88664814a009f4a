import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { formatAddress, parseAddress } from "../../src/model/address.js";
import { lookUpAll } from "./lookup.js";
import { type Observed, replyOf } from "./trace-server.js";

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
  }[];
  readonly results: readonly {
    readonly status: string;
    readonly addresses: readonly string[];
    readonly elapsed_s: number;
  }[];
}

const FOLDER = new URL("./traces/", import.meta.url);
const TRACES = readdirSync(FOLDER)
  .sort()
  .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Trace);
const TOLERANCE_S = 0.05;
const CLOSED = parseAddress("127.0.0.2");

function ports(sockets: readonly (string | number)[]): number[] {
  const order = [...new Set(sockets)];
  return sockets.map((socket) => order.indexOf(socket));
}

function reached(trace: Trace, observed: readonly Observed[]): readonly Observed[] {
  return trace.questions_recorded ? observed.filter((question) => question.nameserver !== CLOSED) : [];
}

describe("the recorded glibc traces replay", () => {
  test("all of them are here", () => expect(TRACES.length).toBe(23));

  test.each(TRACES.flatMap((trace) => [true, false].map((certain) => ({ ...trace, certain }))))(
    "$case, arrival of replies foretold: $certain",
    (trace) => {
      const names = trace.results.map(() => trace.name);
      const finished = lookUpAll(
        names,
        trace.resolv_conf,
        (question, nth, nameserver) => (nameserver === CLOSED ? "refused" : replyOf(trace.server_mode, question, nth)),
        trace.certain,
      );
      const observed = reached(
        trace,
        finished.flatMap((each) => each.observed),
      );
      expect(observed.map(({ type, name }) => `${type} ${name}`)).toEqual(
        trace.questions.map(({ type, name }) => `${type} ${name}`),
      );
      expect(ports(observed.map(({ socket }) => socket))).toEqual(ports(trace.questions.map(({ port }) => port)));
      const first = observed[0]?.at ?? 0;
      observed.forEach(({ at }, i) => {
        expect(Math.abs((at - first) / SECOND - trace.questions[i]!.t)).toBeLessThanOrEqual(TOLERANCE_S);
      });
      finished.forEach(({ lookup, elapsedS, timers, openSockets }, i) => {
        const result = trace.results[i]!;
        expect(lookup.status).toBe(result.status);
        expect(lookup.addresses.map(formatAddress)).toEqual(result.addresses);
        expect(Math.abs(elapsedS - result.elapsed_s)).toBeLessThanOrEqual(TOLERANCE_S);
        expect([timers, openSockets]).toEqual([0, 0]);
      });
    },
  );
});
