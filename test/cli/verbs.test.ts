/** The verbs beside `run`, usage errors, and exit codes. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, SHORT, Workplace } from "./command-line.js";

const place = new Workplace();

beforeAll(() => {
  place.write("short.yaml", SHORT);
  expect(place.kubechurn(["run", "-q", "--no-variants", "short.yaml", "-o", "out"]).code).toBe(0);
});
afterAll(() => place.remove());

describe("usage", () => {
  it("--help lists the verbs, and answers quickly enough to be told how quickly", () => {
    const began = performance.now();
    const { code, out } = place.kubechurn(["--help"]);
    process.stdout.write(`kubechurn --help took ${Math.round(performance.now() - began)} ms (goal: below 200 ms)\n`);
    expect(code).toBe(0);
    for (const verb of ["run", "validate", "explain", "plot", "verify", "bench", "schema"]) {
      expect(out).toMatch(new RegExp(`^ {2}${verb} `, "m"));
    }
  });

  it("shows the help without any arguments", () => {
    expect(place.kubechurn([])).toEqual(place.kubechurn(["--help"]));
  });

  it("npm start runs the first scenario of the README, or what stands behind --", () => {
    const start = (words: readonly string[]): string =>
      spawnSync(process.execPath, [join(ROOT, "scripts/start.mjs"), ...words], { cwd: place.folder }).stdout.toString();
    expect(start(["--version"])).toBe(place.kubechurn(["--version"]).out);
    place.write("rolling-update.yaml", SHORT);
    mkdirSync(place.path("scenarios"));
    renameSync(place.path("rolling-update.yaml"), place.path("scenarios/rolling-update.yaml"));
    expect(start([])).toContain("lost by rollout-web");
  });

  it("--version is that of package.json", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(place.kubechurn(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });

  it.each([
    [["rnu", "short.yaml"], /unknown command 'rnu'\n\(Did you mean run\?\)/],
    [["run"], /missing required argument 'file'/],
    [["run", "short.yaml", "--sede", "3"], /unknown option '--sede'\n\(Did you mean --seed\?\)/],
    [["run", "short.yaml", "--rps", "many"], /must be a number above 0/],
    [["run", "short.yaml", "--runs", "0"], /integer from 1 to/],
    [["run", "short.yaml", "--observe", "some"], /one of all, clients/],
    [["explain", "out", "--top", "3", "--event", "rollout-web"], /cannot be used with/],
    [["bench"], /failover/],
    [["bench", "failover", "short.yaml", "--vary", "duration"], /cannot read --vary duration/],
  ])("%j ends with 2", (words, message) => {
    const ended = place.kubechurn(words);
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.err).toMatch(message);
  });
});

describe("explain", () => {
  it("tells the largest groups of failures and the chain of the first", () => {
    const { code, out } = place.kubechurn(["explain", "out", "--top", "1"]);
    expect(code).toBe(0);
    expect(out).toMatch(/failed requests in requests\.csv[\s\S]*churn: rollout-web/);
  });

  it("tells of one request and of one event", () => {
    const failed = place.read("out/requests.csv").split("\n")[1]?.split(",")[1] ?? "";
    expect(place.kubechurn(["explain", "out", "--request", failed]).out).toContain(`Request web/${failed}`);
    expect(place.kubechurn(["explain", "out", "--event", "rollout-web"]).out).toMatch(/^rollout-web at 1\.000 s/);
  });

  it.each([
    [["explain", "out", "--request", "no"], /request no is not in requests\.csv/],
    [["explain", "out", "--event", "no"], /churn event no is not in events\.csv: it holds rollout-web/],
    [["explain", "nowhere"], /cannot read nowhere\/requests\.csv: there is no such file/],
    [["plot", "nowhere"], /cannot read nowhere\/summary\.json/],
    [["plot", "broken"], /broken\/timeline\.csv, record 2/],
    [["verify", "short.yaml", "--against", "nowhere"], /cannot read nowhere\/summary\.json/],
  ])("%j ends with 2", (words, message) => {
    place.copy("out", "broken");
    place.write("broken/timeline.csv", `${place.read("out/timeline.csv").split("\n").slice(0, 1)}\n0,1\n`);
    const ended = place.kubechurn(words);
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.err).toMatch(message);
  });
});

it("plot draws from the CSV files what run drew", () => {
  place.copy("out", "drawn");
  place.write("drawn/timeline.svg", "");
  place.write("drawn/failover.svg", "");
  expect(place.kubechurn(["plot", "drawn"])).toMatchObject({
    code: 0,
    out: "drawn/timeline.svg\ndrawn/failover.svg\n",
  });
  for (const figure of ["timeline.svg", "failover.svg"]) {
    expect(place.read(`drawn/${figure}`)).toBe(place.read(`out/${figure}`));
  }
});

describe("verify", () => {
  it("passes when two fresh processes agree", () => {
    const { code, out } = place.kubechurn(["verify", "short.yaml"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^verified: short, two runs in fresh processes: fingerprint [0-9a-f]{16}, 9 CSV files equal\n$/,
    );
  });

  it("reads standard input once for both", () => {
    expect(place.kubechurn(["verify", "-", "--against", "out"], SHORT)).toMatchObject({ code: 0 });
  });

  it("names the first row that differs and ends with 1", () => {
    place.copy("out", "changed");
    place.write("changed/failures.csv", place.read("out/failures.csv").replace(/,(\d+)\n/, ",9$1\n"));
    const { code, out } = place.kubechurn(["verify", "short.yaml", "--against", "changed"]);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^different: short, [\s\S]*\nfailures\.csv, row 2 .* first that differs:\n {2}count: 9\d+ \/ \d+\n$/,
    );
    const seed = place.kubechurn(["verify", "short.yaml", "--against", "out", "--seed", "8"]);
    expect(seed).toMatchObject({ code: 1, out: expect.stringMatching(/timeline\.csv, row 2 /) });
  });

  it("tells what is wrong with the input", () => {
    const ended = place.kubechurn(["verify", "short.yaml", "--set", "sede=1"]);
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.err).toContain("spec.sede: unknown key");
  });
});

it("schema prints what is checked in under schema/", () => {
  const { code, out } = place.kubechurn(["schema"]);
  expect(code).toBe(0);
  expect(out, "write it with: node dist/cli/main.js schema > schema/scenario-v1alpha1.json").toBe(
    readFileSync(join(ROOT, "schema/scenario-v1alpha1.json"), "utf8"),
  );
});

describe("bench failover", () => {
  it("compares settings over seeds: table, bound, CSV, figure", () => {
    const words = [
      "bench",
      "failover",
      "short.yaml",
      "-q",
      "--seeds",
      "2",
      "--pre-stop",
      "0,5",
      "--set",
      "duration=20s",
    ];
    const { code, out, err } = place.kubechurn([...words, "-o", "bench"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/short: rollout-web +preStop 0 s +2\/2/);
    expect(out).toContain("short, preStop 5 s: none lost in 2 seeds: below 77.7 % at 95 %");
    expect(place.list("bench")).toEqual(["bench-failover.csv", "bench-failover.svg"]);
    const [header, ...rows] = place.read("bench/bench-failover.csv").trimEnd().split("\n");
    expect(header).toMatch(/^run,scenario,setting,event,/);
    expect(rows.map((row) => row.split(",").slice(0, 4).join())).toEqual(
      ["0", "5"].flatMap((sleep) => ["0", "1"].map((run) => `${run},short,preStop ${sleep} s,rollout-web`)),
    );
  });

  it("varies any setting", () => {
    const words = ["bench", "failover", "short.yaml", "-q", "--seeds", "1", "--vary", "duration=2s,3s", "-o", "vary"];
    expect(place.kubechurn(words).out).toMatch(/short, duration=2s: [\s\S]*short, duration=3s: /);
  });

  it("refuses scenarios without churn", () => {
    place.write("calm.yaml", SHORT.replace(/ {2}churn: .*\n/, ""));
    expect(place.kubechurn(["bench", "failover", "calm.yaml"])).toMatchObject({ code: 2, out: "" });
  });
});
