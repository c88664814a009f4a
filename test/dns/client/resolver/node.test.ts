import { expect, test } from "vitest";
import { nodeLookup } from "../../../../src/dns/client/resolver/node-lookup.js";
import { nodeResolve } from "../../../../src/dns/client/resolver/node-resolve.js";
import { TraceTransport } from "../../../../src/dns/client/trace/trace-transport.js";
import { Context } from "../../../../src/engine/context.js";
import { SECOND } from "../../../../src/engine/duration.js";
import { Simulation } from "../../../../src/engine/simulation.js";
import type { Lookup } from "../../../../src/model/dns.js";
import { lookUp, modeNamed, PRODUCTION, schedule } from "./lookup.js";

/** Starts lookups of these names at the same instant; when each of them ended, and as what. */
function together(names: readonly string[], mode: string): [name: string, seconds: number, status: string][] {
  const simulation = new Simulation({ seed: "1" });
  const context = new Context(simulation, "client");
  const transport = new TraceTransport(context, (question, nth) => modeNamed(mode).reply(question, nth));
  const resolve = nodeLookup.create(PRODUCTION, transport, context);
  const ended: [string, number, string][] = [];
  for (const name of names) {
    resolve(
      name,
      (each: string, { status }: Lookup) => ended.push([each, Math.round(simulation.now / SECOND), status]),
      name,
    );
  }
  while (simulation.advance(1000));
  return ended;
}

test("two lookups at once, the others in the order of their calls, also behind quick ones", () => {
  expect(together(["a", "b", "c", "d", "e"], "drop-all")).toEqual([
    ["a", 20, "EAI_AGAIN"],
    ["b", 20, "EAI_AGAIN"],
    ["c", 40, "EAI_AGAIN"],
    ["d", 40, "EAI_AGAIN"],
    ["e", 60, "EAI_AGAIN"],
  ]);
  expect(together(["database", "nosuch", "database"], "normal").map(([name, , status]) => [name, status])).toEqual([
    ["database", "ok"],
    ["database", "ok"],
    ["nosuch", "ENOTFOUND"],
  ]);
});

test("dns.lookup calls NODATA by the same name as NXDOMAIN", () => {
  expect(lookUp("web.production.svc.cluster.local.", "nodata-suffix1", PRODUCTION, nodeLookup).lookup.status).toBe(
    "ENOTFOUND",
  );
});

test("dns.resolve4 unanswered: four tries from new ports, and ETIMEOUT at 26 s", () => {
  const finished = lookUp("database", "drop-all", PRODUCTION, nodeResolve);
  expect(schedule(finished)).toEqual([
    [0, "A", 0],
    [3, "A", 1],
    [7, "A", 2],
    [13, "A", 3],
  ]);
  expect(finished).toMatchObject({ elapsedS: 26, lookup: { status: "ETIMEOUT", questions: 4, timedOut: true } });
});

test("dns.resolve4 and errors: as many tries without waiting", () => {
  const status = (mode: string): [string, number] => {
    const { lookup } = lookUp("database", mode, PRODUCTION, nodeResolve);
    return [lookup.status, lookup.questions];
  };
  expect(status("servfail-all")).toEqual(["ESERVFAIL", 4]);
  expect(status("refused-all")).toEqual(["EREFUSED", 4]);
  expect(status("no-listener")).toEqual(["ECONNREFUSED", 4]);
  expect(lookUp("web.production.svc.cluster.local", "nodata-suffix1", PRODUCTION, nodeResolve).lookup.status).toBe(
    "ENODATA",
  );
});
