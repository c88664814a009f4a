/** Where results go: swapped in whole, never over something else, and untouched when a run is interrupted. */
import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SHORT, scenario, Workplace, WRITTEN } from "./command-line.js";

const place = new Workplace();
const OTHER = scenario("other", "duration: 1s", "traffic: [{to: web, rps: 5}]");

beforeAll(() => {
  place.write("short.yaml", SHORT);
  place.write("other.yaml", OTHER);
  expect(run("other.yaml", "-o", "kept").code).toBe(0);
});
afterAll(() => place.remove());

function run(...words: string[]) {
  return place.kubechurn(["run", "-q", "--no-variants", "--set", "duration=1s", ...words]);
}

describe("a folder that holds something else", () => {
  it("is not overwritten: results of another scenario", () => {
    const before = place.contents("kept");
    const ended = run("short.yaml", "-o", "kept");
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.err).toMatch(/^error: kept holds the results of the scenario other\n {2}hint: .*--force\n$/);
    expect(place.contents("kept")).toEqual(before);
  });

  it("is not overwritten: a folder of other files", () => {
    mkdirSync(place.path("notes"), { recursive: true });
    place.write("notes/ideas.md", "keep me");
    expect(run("short.yaml", "-o", "notes")).toMatchObject({ code: 2, err: expect.stringContaining("something else") });
    expect(place.contents("notes")).toEqual({ "ideas.md": "keep me" });
  });

  it("is not overwritten with --force either where it holds no results", () => {
    expect(run("short.yaml", "-o", "notes", "--force")).toMatchObject({ code: 2, out: "" });
    expect(run("short.yaml", "-o", "/", "--force")).toMatchObject({ code: 2, out: "" });
    expect(place.contents("notes")).toEqual({ "ideas.md": "keep me" });
  });

  it("is overwritten with --force where it holds results, but for files that no run writes", () => {
    place.copy("kept", "forced");
    place.write("forced/ideas.md", "keep me");
    expect(run("short.yaml", "-o", "forced", "--force").code).toBe(0);
    expect(JSON.parse(place.read("forced/summary.json")).scenario).toBe("short");
    expect(place.list("forced")).toEqual([...WRITTEN, "ideas.md"].sort((x, y) => (x < y ? -1 : 1)));
  });

  it("loses what a killed run has left beside it, and nothing else", () => {
    for (const name of [
      "aside/.tmp-out-4194305",
      "aside/.tmp-out-notes",
      "aside/.tmp-other-4194305",
      `aside/.tmp-out-${process.pid}`,
    ])
      mkdirSync(place.path(name), { recursive: true });
    expect(run("short.yaml", "-o", "aside/out").code).toBe(0);
    expect(place.list("aside")).toEqual(
      [".tmp-other-4194305", ".tmp-out-notes", `.tmp-out-${process.pid}`, "out"].sort((x, y) => (x < y ? -1 : 1)),
    );
  });

  it("is taken when it is empty", () => {
    mkdirSync(place.path("empty"));
    expect(run("short.yaml", "-o", "empty").code).toBe(0);
    expect(place.list("empty")).toEqual(WRITTEN);
  });
});

it("an unwritable output folder is told before anything is simulated", () => {
  for (const [folder, message] of [
    ["short.yaml/below", /^error: cannot write to short\.yaml\/below: /],
    ["short.yaml", /^error: short\.yaml is a file, not a folder/],
    ["/proc/nowhere/x", /^error: cannot write to \/proc\/nowhere\/x: /],
  ] as const) {
    const ended = place.kubechurn(["run", "short.yaml", "--set", "duration=1000h", "-o", folder, "--force"]);
    expect(ended.err).toMatch(message);
    expect(ended).toMatchObject({ code: 2, out: "" });
  }
});

it("the name of a scenario never leads out of results/", () => {
  place.write("...yaml", SHORT.replace("metadata: {name: short}\n", ""));
  place.write("up.yaml", SHORT.replace("name: short", "name: ../../up"));
  for (const file of ["...yaml", "up.yaml"]) {
    const { code, out, err } = run(file);
    if (code === 0) expect(out).toMatch(/results {3}results\/[A-Za-z-][A-Za-z0-9._-]*\n/);
    else expect(err).toContain("error: ");
  }
  expect(place.exists("../up")).toBe(false);
});

describe("an interrupted run", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends on %s with %i, soon, and leaves the previous results", async (signal, code) => {
    expect(run("short.yaml").code).toBe(0);
    const before = place.contents("results/short");
    const child = place.start(["run", "short.yaml", "--set", "duration=500h"]);
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    const isUnderWay = (): boolean => place.list("results").some((name) => name.startsWith(".tmp-short-"));
    while (!isUnderWay() && child.exitCode === null) await sleep(20);
    await sleep(500);
    const began = performance.now();
    child.kill(signal);
    expect(await ended).toBe(code);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(place.contents("results/short")).toEqual(before);
    expect(place.list("results")).toEqual(expect.not.arrayContaining([expect.stringMatching(/^\.tmp/)]));
  });
});
