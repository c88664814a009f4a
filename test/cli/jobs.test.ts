/** `-j`: the number of threads shows in nothing but the time. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SHORT, Workplace, WRITTEN } from "./command-line.js";

const place = new Workplace();
beforeAll(() => void place.write("short.yaml", SHORT));
afterAll(() => place.remove());

describe("-j", () => {
  it.each([2, 3])("%i: the bytes and the verdict of -j 1, over repetitions and variants", (jobs) => {
    const run = (folder: string, threads: number) =>
      place.kubechurn(["run", "short.yaml", "-q", "--runs", "4", "-o", folder, `-j${threads}`]);
    const [one, many] = [run("one", 1), run(`many${jobs}`, jobs)];
    expect([one.code, one.err, many.code, many.err]).toEqual([0, "", 0, ""]);
    expect(many.out.replaceAll(`many${jobs}`, "one")).toBe(one.out);
    expect(place.list(`many${jobs}`)).toEqual(WRITTEN);
    expect(place.contents(`many${jobs}`)).toEqual(place.contents("one"));
  });

  it("works under flags of Node that a thread cannot be given", () => {
    const run = (jobs: number) =>
      place.kubechurn(["run", "short.yaml", "-q", "--runs", "3", "-o", `flags${jobs}`, `-j${jobs}`], "", [
        "--expose-gc",
        "--max-old-space-size=2048",
      ]);
    const [one, two] = [run(1), run(2)];
    expect([one.code, one.err, two.code, two.err]).toEqual([0, "", 0, ""]);
    expect(place.contents("flags2")).toEqual(place.contents("flags1"));
  });

  it("gives bench failover the same bytes", () => {
    const bench = (jobs: number) =>
      place.kubechurn([
        "bench",
        "failover",
        "short.yaml",
        "-q",
        "--seeds",
        "3",
        "-o",
        `bench${jobs}`,
        "--jobs",
        `${jobs}`,
      ]);
    const [one, two] = [bench(1), bench(2)];
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(two.out.replaceAll("bench2", "bench1")).toBe(one.out);
    expect(place.contents("bench2")).toEqual(place.contents("bench1"));
  });

  it("tells what a case threw as a single thread does, and leaves nothing", () => {
    const run = (jobs: number) =>
      place.kubechurn(["run", "short.yaml", "-o", "limited", "--set", "limits.events=2000", `-j${jobs}`]);
    const [one, two] = [run(1), run(2)];
    expect(two).toEqual(one);
    expect(one).toMatchObject({ code: 2, out: "" });
    expect(one.err).toContain("raise it with --set limits.events=N");
    expect(place.list(".").filter((name) => name.includes("limited"))).toEqual([]);
  });

  it("refuses what is no number of threads", () => {
    expect(place.kubechurn(["run", "short.yaml", "-j", "0"])).toMatchObject({ code: 2, out: "" });
  });

  it("ends on SIGINT with 130, soon, and leaves nothing but the previous results", async () => {
    const child = place.start(["run", "short.yaml", "-o", "out/a", "--set", "duration=500h", "-j2"]);
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    const isUnderWay = (): boolean => place.list("out").some((name) => place.list(`out/${name}`).includes(".run-0"));
    while (!isUnderWay() && child.exitCode === null) await sleep(20);
    await sleep(500);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(place.list("out")).toEqual([]);
  });
});
