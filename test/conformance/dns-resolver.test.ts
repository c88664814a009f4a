/** Statements about resolvers in pods; the recorded traces themselves are replayed in test/dns/client/trace. */
import { describe, expect, test } from "vitest";
import { glibc } from "../../src/dns/client/resolver/glibc.js";
import { go } from "../../src/dns/client/resolver/go.js";
import { musl } from "../../src/dns/client/resolver/musl.js";
import { nodeLookup } from "../../src/dns/client/resolver/node-lookup.js";
import { nodeResolve } from "../../src/dns/client/resolver/node-resolve.js";
import type { Resolver } from "../../src/dns/client/resolver/resolver.js";
import { TraceTransport } from "../../src/dns/client/trace/trace-transport.js";
import { Context } from "../../src/engine/context.js";
import { SECOND } from "../../src/engine/duration.js";
import { Simulation } from "../../src/engine/simulation.js";
import { lookUp, PRODUCTION } from "../dns/client/resolver/lookup.js";

function asked(name: string, mode: string, resolvConf = PRODUCTION, resolver = glibc): string[] {
  return lookUp(name, mode, resolvConf, resolver).observed.map(({ question }) => `${question.type} ${question.name}`);
}

/** A and AAAA for each name. */
function pairs(...names: readonly string[]): string[] {
  return names.flatMap((name) => [`A ${name}`, `AAAA ${name}`]);
}

function seconds(observed: readonly { readonly at: number }[]): number[] {
  return observed.map(({ at }) => Math.round(at / 1e5) / 10);
}

const ALIKE: readonly Resolver[] = [glibc, musl, nodeLookup, go];

describe.each(ALIKE)("$name", (resolver) => {
  const of = (name: string, resolvConf = PRODUCTION): string[] => asked(name, "normal", resolvConf, resolver);

  test("DNS-1 database in production: two questions, both for the first suffix", () => {
    expect(of("database")).toEqual(pairs("database.production.svc.cluster.local"));
  });

  test("DNS-2 database.production: four questions, the doubled namespace first", () => {
    expect(of("database.production")).toEqual(
      pairs("database.production.production.svc.cluster.local", "database.production.svc.cluster.local"),
    );
  });

  test("DNS-3 api.example.com: four names and eight questions, ten with a search domain of the node", () => {
    expect(of("api.example.com")).toEqual(
      pairs(
        "api.example.com.production.svc.cluster.local",
        "api.example.com.svc.cluster.local",
        "api.example.com.cluster.local",
        "api.example.com",
      ),
    );
    expect(of("api.example.com", PRODUCTION.replace("\noptions", " corp.example\noptions"))).toHaveLength(10);
  });

  test("DNS-4 a trailing dot: two questions", () => {
    expect(of("api.example.com.")).toEqual(pairs("api.example.com"));
    expect(of("nosuch.example.com.")).toEqual(pairs("nosuch.example.com"));
  });

  test("DNS-5 a full Service name without dot: eight questions under ndots 5", () => {
    const name = "database.production.svc.cluster.local";
    expect(of(name)).toHaveLength(8);
    expect(of(name).slice(6)).toEqual(pairs(name));
  });
});

describe("questions", () => {
  test("DNS-6 no-aaaa: half the questions", () => {
    const resolvConf = PRODUCTION.replace("ndots:5", "ndots:5 no-aaaa");
    expect(asked("database", "normal", resolvConf)).toEqual(["A database.production.svc.cluster.local"]);
    expect(asked("api.example.com", "normal", resolvConf)).toHaveLength(4);
  });

  test("DNS-7 dns.resolve4 of Node: one question, no suffix", () => {
    expect(asked("database", "normal", PRODUCTION, nodeResolve)).toEqual(["A database"]);
    expect(lookUp("database", "normal", PRODUCTION, nodeResolve).lookup.status).toBe("ENOTFOUND");
  });

  test("DNS-8 ndots:1: as it stands first; glibc then walks the search list, musl does not", () => {
    const resolvConf = PRODUCTION.replace("ndots:5", "ndots:1");
    expect(asked("database.production", "normal", resolvConf)).toEqual(
      pairs(
        "database.production",
        "database.production.production.svc.cluster.local",
        "database.production.svc.cluster.local",
      ),
    );
    expect(asked("database.production", "normal", resolvConf, musl)).toEqual(pairs("database.production"));
  });

  test("DNS-16 musl ignores a search line above 255 bytes, glibc does not", () => {
    const withSearch = (length: number): string => {
      const first = "search production.svc.cluster.local ";
      return PRODUCTION.replace(/search .*/, first + "x".repeat(length - first.length));
    };
    expect(asked("database", "normal", withSearch(254), musl)).toEqual(pairs("database.production.svc.cluster.local"));
    expect(asked("database", "normal", withSearch(255), musl)).toEqual(pairs("database"));
    expect(asked("database", "normal", withSearch(255))).toEqual(pairs("database.production.svc.cluster.local"));
  });
});

describe("loss", () => {
  test("DNS-9 total loss: glibc 20 s, 10 s with a trailing dot, musl 5 s; retries keep their source port", () => {
    const lost = lookUp("database", "drop-all");
    expect(lost.elapsedS).toBe(20);
    expect(lost.lookup).toMatchObject({ status: "EAI_AGAIN", questions: 8, failedQuestions: 8, timedOut: true });
    expect(seconds(lost.observed)).toEqual([0, 0, 5, 5, 10, 10, 15, 15]);
    expect(lost.observed.map(({ socket }) => socket)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(lookUp("database.production.svc.cluster.local.", "drop-all").elapsedS).toBe(10);
    const inMusl = lookUp("database", "drop-all", PRODUCTION, musl);
    expect(inMusl).toMatchObject({ elapsedS: 5, lookup: { status: "EAI_AGAIN", questions: 4, timedOut: true } });
    expect(seconds(inMusl.observed)).toEqual([0, 0, 2.5, 2.5]);
    expect(inMusl.observed.map(({ socket }) => socket)).toEqual([0, 0, 0, 0]);
  });

  test("DNS-10 one lost datagram: glibc 5 s, musl 2.5 s; with timeout:1 1 s and 0.5 s", () => {
    const lost = lookUp("database", "drop-first-aaaa");
    expect(lost.elapsedS).toBeCloseTo(5, 2);
    expect(lost.lookup).toMatchObject({ status: "ok", questions: 4, failedQuestions: 1, timedOut: false });
    const inMusl = lookUp("database", "drop-first-aaaa", PRODUCTION, musl);
    expect(inMusl.elapsedS).toBeCloseTo(2.5, 2);
    expect(inMusl.lookup).toMatchObject({ status: "ok", questions: 3, failedQuestions: 1, timedOut: false });
    const impatient = PRODUCTION.replace("ndots:5", "ndots:5 timeout:1");
    expect(lookUp("database", "drop-first-a", impatient).elapsedS).toBeCloseTo(1, 2);
    expect(lookUp("database", "drop-first-a", impatient, musl).elapsedS).toBeCloseTo(0.5, 2);
  });

  test("DNS-11 the first suffix times out and the bare name is NXDOMAIN: EAI_NONAME at 10 s", () => {
    const { lookup, elapsedS } = lookUp("database", "drop-suffix1");
    expect(lookup).toMatchObject({ status: "EAI_NONAME", timedOut: true, questions: 6 });
    expect(elapsedS).toBeCloseTo(10, 2);
  });

  test("DNS-11 the first suffix times out and the bare name exists: success at 10 s, and failure at 5 s with musl", () => {
    expect(lookUp("api.example.com", "drop-suffix1")).toMatchObject({
      elapsedS: expect.closeTo(10, 2) as number,
      lookup: { status: "ok" },
    });
    expect(lookUp("api.example.com", "drop-suffix1", PRODUCTION, musl)).toMatchObject({
      elapsedS: 5,
      lookup: { status: "EAI_AGAIN" },
    });
  });
});

describe("answers", () => {
  test("DNS-12 NODATA for the first suffix: glibc goes on to the second, musl stops", () => {
    expect(lookUp("web", "nodata-suffix1").lookup).toMatchObject({ status: "ok", questions: 4 });
    expect(lookUp("web", "nodata-suffix1", PRODUCTION, musl).lookup).toMatchObject({
      status: "EAI_NODATA",
      questions: 2,
    });
  });

  test("DNS-12 A is NXDOMAIN and AAAA is NODATA, from caches of different age: glibc and musl walk on", () => {
    for (const resolver of [glibc, musl]) {
      expect(lookUp("database", "split-a-nxdomain", PRODUCTION, resolver).lookup).toMatchObject({
        status: "EAI_NONAME",
        questions: 8,
      });
    }
  });

  test("DNS-13 SERVFAIL: glibc at once and over all names, musl after 5 s and with the first name only", () => {
    const { lookup, elapsedS } = lookUp("database", "servfail-all");
    expect(lookup).toMatchObject({ status: "EAI_AGAIN", questions: 16, failedQuestions: 16, timedOut: false });
    expect(elapsedS).toBeLessThan(0.01);
    expect(lookUp("database", "servfail-suffix1").lookup.status).toBe("EAI_AGAIN");
    for (const mode of ["servfail-all", "servfail-suffix1"]) {
      expect(lookUp("database", mode, PRODUCTION, musl)).toMatchObject({
        elapsedS: 5,
        lookup: { status: "EAI_AGAIN", questions: 12, failedQuestions: 12, timedOut: true },
      });
    }
  });

  test("DNS-14 REFUSED: glibc at once, the first suffix twice and the bare name twice; musl after 5 s", () => {
    const { lookup, elapsedS, observed } = lookUp("database", "refused-all");
    expect(lookup.status).toBe("EAI_AGAIN");
    expect(elapsedS).toBeLessThan(0.01);
    expect(observed.map(({ question }) => question.name)).toEqual([
      ...Array<string>(4).fill("database.production.svc.cluster.local"),
      ...Array<string>(4).fill("database"),
    ]);
    expect(lookUp("database", "refused-all", PRODUCTION, musl)).toMatchObject({
      elapsedS: 5,
      lookup: { status: "EAI_AGAIN", questions: 4 },
    });
  });

  test("DNS-15 a closed port: glibc fails at once, without the search list; musl after 5 s", () => {
    const { lookup, elapsedS, observed } = lookUp("database", "no-listener");
    expect(lookup).toMatchObject({ status: "EAI_AGAIN", timedOut: false, failedQuestions: 4 });
    expect(elapsedS).toBeLessThan(0.01);
    expect(new Set(observed.map(({ question }) => question.name))).toEqual(
      new Set(["database.production.svc.cluster.local"]),
    );
    const inMusl = lookUp("database", "no-listener", PRODUCTION, musl);
    expect(inMusl).toMatchObject({ elapsedS: 5, lookup: { status: "EAI_AGAIN", questions: 4, timedOut: true } });
  });

  test("DNS-45 no DNS endpoints, which kube-proxy answers with ICMP: glibc fails fast, musl after 5 s for each lookup", () => {
    for (const name of ["database", "api.example.com", "api.example.com."]) {
      expect(lookUp(name, "no-listener").elapsedS).toBeLessThan(0.01);
      expect(lookUp(name, "no-listener", PRODUCTION, musl).elapsedS).toBe(5);
    }
  });
});

test("DNS-50 five lookups at once in Node while DNS is dead: they end at 20, 20, 40, 40 and 60 s", () => {
  const simulation = new Simulation({ seed: "1" });
  const context = new Context(simulation, "client");
  const resolve = nodeLookup.create(PRODUCTION, new TraceTransport(context, () => null), context);
  const ended: number[] = [];
  for (let lookup = 0; lookup < 5; lookup++) {
    resolve("database", (list: number[]) => list.push(Math.round(simulation.now / SECOND)), ended);
  }
  while (simulation.advance(1000));
  expect(ended).toEqual([20, 20, 40, 40, 60]);
});
