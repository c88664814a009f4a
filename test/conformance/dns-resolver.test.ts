/** Statements about glibc's resolver; the recorded traces themselves are replayed in test/dns. */
import { describe, expect, test } from "vitest";
import { lookUp, PRODUCTION } from "../dns/lookup.js";

function asked(name: string, mode: string, resolvConf = PRODUCTION): string[] {
  return lookUp(name, mode, resolvConf).observed.map((question) => `${question.type} ${question.name}`);
}

/** A and AAAA for each name. */
function pairs(...names: readonly string[]): string[] {
  return names.flatMap((name) => [`A ${name}`, `AAAA ${name}`]);
}

function seconds(observed: readonly { readonly at: number }[]): number[] {
  return observed.map(({ at }) => Math.round(at / 1e6));
}

describe("glibc", () => {
  test("DNS-1 database in production: two questions, both for the first suffix", () => {
    expect(asked("database", "normal")).toEqual(pairs("database.production.svc.cluster.local"));
  });

  test("DNS-2 database.production: four questions, the doubled namespace first", () => {
    expect(asked("database.production", "normal")).toEqual(
      pairs("database.production.production.svc.cluster.local", "database.production.svc.cluster.local"),
    );
  });

  test("DNS-3 api.example.com: four names and eight questions, ten with a search domain of the node", () => {
    expect(asked("api.example.com", "normal")).toEqual(
      pairs(
        "api.example.com.production.svc.cluster.local",
        "api.example.com.svc.cluster.local",
        "api.example.com.cluster.local",
        "api.example.com",
      ),
    );
    const withNodeDomain = PRODUCTION.replace("\noptions", " corp.example\noptions");
    expect(asked("api.example.com", "normal", withNodeDomain)).toHaveLength(10);
  });

  test("DNS-4 a trailing dot: two questions", () => {
    expect(asked("api.example.com.", "normal")).toEqual(pairs("api.example.com"));
    expect(asked("nosuch.example.com.", "normal")).toEqual(pairs("nosuch.example.com"));
  });

  test("DNS-5 a full Service name without dot: eight questions under ndots 5", () => {
    const name = "database.production.svc.cluster.local";
    const all = asked(name, "normal");
    expect(all).toHaveLength(8);
    expect(all.slice(6)).toEqual(pairs(name));
  });

  test("DNS-6 no-aaaa: half the questions", () => {
    const resolvConf = PRODUCTION.replace("ndots:5", "ndots:5 no-aaaa");
    expect(asked("database", "normal", resolvConf)).toEqual(["A database.production.svc.cluster.local"]);
    expect(asked("api.example.com", "normal", resolvConf)).toHaveLength(4);
  });

  test("DNS-8 ndots:1: as it stands first, then the search list after NXDOMAIN", () => {
    expect(asked("database.production", "normal", PRODUCTION.replace("ndots:5", "ndots:1"))).toEqual(
      pairs(
        "database.production",
        "database.production.production.svc.cluster.local",
        "database.production.svc.cluster.local",
      ),
    );
  });

  test("DNS-9 total loss: 20 s, 10 s with a trailing dot; retries keep their source port", () => {
    const lost = lookUp("database", "drop-all");
    expect(lost.elapsedS).toBe(20);
    expect(lost.lookup).toMatchObject({ status: "EAI_AGAIN", questions: 8, failedQuestions: 8, timedOut: true });
    expect(seconds(lost.observed)).toEqual([0, 0, 5, 5, 10, 10, 15, 15]);
    expect(lost.observed.map(({ socket }) => socket)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(lookUp("database.production.svc.cluster.local.", "drop-all").elapsedS).toBe(10);
  });

  test("DNS-10 one lost datagram: 5 s, 1 s with timeout:1", () => {
    const lost = lookUp("database", "drop-first-aaaa");
    expect(lost.elapsedS).toBeCloseTo(5, 2);
    expect(lost.lookup).toMatchObject({ status: "ok", questions: 4, failedQuestions: 1, timedOut: false });
    const impatient = lookUp("database", "drop-first-a", PRODUCTION.replace("ndots:5", "ndots:5 timeout:1"));
    expect(impatient.elapsedS).toBeCloseTo(1, 2);
  });

  test("DNS-11 the first suffix times out and the bare name is NXDOMAIN: EAI_NONAME at 10 s", () => {
    const { lookup, elapsedS } = lookUp("database", "drop-suffix1");
    expect(lookup).toMatchObject({ status: "EAI_NONAME", timedOut: true, questions: 6 });
    expect(elapsedS).toBeCloseTo(10, 2);
  });

  test("DNS-12 NODATA for the first suffix: glibc goes on to the second", () => {
    expect(lookUp("web", "nodata-suffix1").lookup).toMatchObject({ status: "ok", questions: 4 });
  });

  test("DNS-13 SERVFAIL: at once, and over all names", () => {
    const { lookup, elapsedS } = lookUp("database", "servfail-all");
    expect(lookup).toMatchObject({ status: "EAI_AGAIN", questions: 16, failedQuestions: 16, timedOut: false });
    expect(elapsedS).toBeLessThan(0.01);
    expect(lookUp("database", "servfail-suffix1").lookup.status).toBe("EAI_AGAIN");
  });

  test("DNS-14 REFUSED: at once, the first suffix twice and the bare name twice", () => {
    const { lookup, elapsedS, observed } = lookUp("database", "refused-all");
    expect(lookup.status).toBe("EAI_AGAIN");
    expect(elapsedS).toBeLessThan(0.01);
    expect(observed.map((question) => question.name)).toEqual([
      ...Array<string>(4).fill("database.production.svc.cluster.local"),
      ...Array<string>(4).fill("database"),
    ]);
  });

  test("DNS-15 a closed port: fails at once, without the search list", () => {
    const { lookup, elapsedS, observed } = lookUp("database", "no-listener");
    expect(lookup).toMatchObject({ status: "EAI_AGAIN", timedOut: false, failedQuestions: 4 });
    expect(elapsedS).toBeLessThan(0.01);
    expect(new Set(observed.map((question) => question.name))).toEqual(
      new Set(["database.production.svc.cluster.local"]),
    );
  });
});
