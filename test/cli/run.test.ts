/** `run`: what is printed, what is written, and that the same input gives the same bytes. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEPLOYMENT, type Ended, SHORT, Workplace, WRITTEN } from "./command-line.js";

const place = new Workplace();
let first: Ended;

beforeAll(() => {
  place.write("short.yaml", SHORT);
  place.write("deploy.yaml", DEPLOYMENT);
  first = place.kubechurn(["run", "short.yaml", "--timing", "timing.json"]);
});
afterAll(() => place.remove());

function csv(folder: string): Record<string, string> {
  const files = Object.entries(place.contents(folder)).filter(([name]) => name.endsWith(".csv"));
  return Object.fromEntries(files);
}

describe("run", () => {
  it("prints the verdict on stdout and ends with 0", () => {
    expect(first).toMatchObject({ code: 0 });
    expect(first.out).toMatch(/^event +\d+ lost by rollout-web .*\n.*\nin all +[\d,]+ requests, .*failed/m);
    expect(first.out).toMatch(/\nexplain +node .*main\.js explain results\/short --top 5\n$/);
    expect(first.out.split("\n").length).toBeLessThanOrEqual(21);
  });

  it("prints everything with --verbose, with paths that --set takes", () => {
    const { code, out } = place.kubechurn(["run", "-q", "short.yaml", "-o", "verbose", "--verbose"]);
    expect(code).toBe(0);
    for (const label of [
      "finish at SIGTERM (this run)",
      "exit at SIGTERM",
      "ignore SIGTERM",
      "watches with p99 = 1 s",
    ]) {
      expect(out).toContain(label);
    }
    expect(out).toContain("verbose/timeline.svg");
    const paths = [...out.matchAll(/^ {2}((?:cluster|workloads|traffic)[^ ]*) /gm)].map(([, path]) => path);
    expect(paths).toContain("workloads[0].onSigterm");
    const set = [...paths, "traffic[0].from"].map((path) => `${path}=`);
    for (const each of ["workloads[0].onSigterm=exit", "traffic[0].client.connectTimeout=2s"]) {
      expect(set.some((path) => each.startsWith(path))).toBe(true);
      expect(place.kubechurn(["validate", "short.yaml", "--set", each])).toMatchObject({ code: 0, err: "" });
    }
  });

  it("tells what it cost on stderr and in --timing, nothing else, without progress or colours", () => {
    expect(first.err).toMatch(/^simulated \d\d\.\d s in \d+\.\d s: [\d,]+ events, [\d,]+ events\/s, \d+ MiB\n$/);
    expect(JSON.parse(place.read("timing.json"))).toMatchObject({
      events: expect.any(Number),
      wall_s: expect.any(Number),
    });
    expect(first.out).not.toContain("\u001b");
  });

  it("writes every result file into results/<name>, and nothing beside it", () => {
    expect(place.list("results/short")).toEqual(WRITTEN);
    expect(place.list("results")).toEqual(["short"]);
  });

  it("names its input with the SHA-256 of its bytes", () => {
    const sha256 = createHash("sha256").update(SHORT).digest("hex");
    expect(JSON.parse(place.read("results/short/summary.json")).inputs).toEqual([{ name: "short.yaml", sha256 }]);
  });

  it("gives the same bytes again, and in place of the first", () => {
    const before = place.contents("results/short");
    expect(place.kubechurn(["run", "-q", "short.yaml"])).toEqual({ code: 0, out: first.out, err: "" });
    expect(place.contents("results/short")).toEqual(before);
  });

  it("gives the same CSV bytes and the same resolved text when the resolved scenario is run", () => {
    const ended = place.kubechurn(["run", "-q", "results/short/scenario.resolved.yaml", "-o", "again"]);
    expect(ended.code).toBe(0);
    expect(csv("again")).toEqual(csv("results/short"));
    expect(place.read("again/scenario.resolved.yaml")).toBe(place.read("results/short/scenario.resolved.yaml"));
  });

  it("gives other bytes with another seed", () => {
    expect(place.kubechurn(["run", "-q", "--no-variants", "short.yaml", "--seed", "7", "-o", "seed7"]).code).toBe(0);
    expect(place.read("seed7/requests.csv")).not.toBe(place.read("results/short/requests.csv"));
  });
});

describe("run with options", () => {
  it("prints the summary with --json", () => {
    const { code, out } = place.kubechurn(["run", "-q", "--json", "--no-variants", "short.yaml", "-o", "json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ scenario: "short", variants: [] });
    expect(out).toBe(place.read("json/summary.json"));
  });

  it("runs repetitions into the same files, run 0 as without them", () => {
    const { code, out } = place.kubechurn(["run", "-q", "--no-variants", "short.yaml", "--runs", "3", "-o", "runs"]);
    expect(code).toBe(0);
    expect(out).toMatch(/All 3 runs[\s\S]*(requests lost in|none lost in 3 runs: below 63\.2 % at 95 %)/);
    const lines = place.read("runs/timeline.csv").trimEnd().split("\n");
    expect(lines.filter((line) => line.startsWith("run,"))).toHaveLength(1);
    expect([...new Set(lines.slice(1).map((line) => line.split(",")[0]))]).toEqual(["0", "1", "2"]);
    const alone = place.read("results/short/timeline.csv").trimEnd().split("\n");
    expect(lines.slice(0, alone.length)).toEqual(alone);
    const { repetitions } = JSON.parse(place.read("runs/summary.json"));
    expect(new Set(repetitions.map((each: { fingerprint: string }) => each.fingerprint)).size).toBe(3);
  });

  it("does without a Scenario document", () => {
    const words = ["run", "-q", "--no-variants", "deploy.yaml", "--rollout", "--rps", "500", "--set", "duration=12s"];
    const { code, out } = place.kubechurn(words);
    expect(code).toBe(0);
    expect(out).toContain("rollout Deployment/default/web");
    expect(place.list("results/deploy")).toEqual(WRITTEN);
  });

  it.each([["--scale", "web=2"], ["--crash-node"], ["--delete-pod"]])("knows %s", (...words) => {
    const all = ["validate", "deploy.yaml", ...words];
    expect(place.kubechurn(all)).toMatchObject({ code: 0, out: expect.stringContaining("1 churn event") });
  });

  it("reads standard input, and manifests from -f", () => {
    const words = ["run", "-q", "--no-variants", "-", "--rollout", "--set", "duration=1s", "-o", "piped"];
    expect(place.kubechurn(words, DEPLOYMENT)).toMatchObject({ code: 0, err: "" });
    const spec = "apiVersion: kubechurn/v1alpha1\nkind: Scenario\nspec: {duration: 1s, traffic: [{to: web, rps: 5}]}\n";
    const given = place.kubechurn(["run", "-q", "--no-variants", "-", "-f", "dep*.yaml", "-o", "given"], spec);
    expect(given).toMatchObject({ code: 0, err: "" });
  });

  it("changes what servers do with --sigterm, which the resolved scenario keeps", () => {
    const words = ["run", "-q", "short.yaml", "--sigterm", "ignore", "-o", "ignore"];
    const { code, out } = place.kubechurn(words);
    expect(code).toBe(0);
    expect(out.replaceAll(/\s+/g, " ")).toContain("ignore SIGTERM until SIGKILL (this run)");
    const again = ["run", "-q", "--no-variants", "ignore/scenario.resolved.yaml", "-o", "ignore-again"];
    expect(place.kubechurn(again).code).toBe(0);
    expect(csv("ignore-again")).toEqual(csv("ignore"));
  });
});
