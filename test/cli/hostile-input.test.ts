/** Bad input: each fault has its message and exit code 2, and nothing is written. */
import { mkdirSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { MOST_PRINTED } from "../../src/cli/diagnostics-text.js";
import { DEPLOYMENT, SHORT, scenario, Workplace } from "./command-line.js";

const place = new Workplace();
afterAll(() => place.remove());

const TRAFFIC = "traffic: [{to: web, rps: 5}]";

/** Nine lists of nine aliases within each other: 531,441 values. */
const BOMB = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]"];
for (const [index, letter] of ["b", "c", "d", "e", "f"].entries()) {
  const inner = String.fromCharCode(97 + index);
  BOMB.push(`${letter}: &${letter} [${Array.from({ length: 9 }, () => `*${inner}`).join(", ")}]`);
}

/** Bytes that no encoding explains, the same in every run. */
const NOISE = Uint8Array.from({ length: 4_096 }, (_, index) => (index * 7_919 + (index >> 3) * 104_729) & 0xff);

const FAULTS: readonly [name: string, content: string | Uint8Array, message: RegExp][] = [
  [
    "unknown field",
    scenario("x", TRAFFIC, "sede: 3"),
    /^x\.yaml:6:9: error: spec\.sede: unknown key\n {2}6 \| {3}sede: 3\n {4}\| {9}\^\n {2}hint: did you mean seed\?\n/,
  ],
  [
    "unknown field of a manifest",
    SHORT.replace("replicas:", "replicsa:"),
    /x\.yaml:\d+:\d+: error: spec\.replicsa: .*\n.*\n.*\n {2}hint: did you mean replicas\?/,
  ],
  [
    "wrong type",
    scenario("x", "traffic: [{to: web, rps: fast}]"),
    /x\.yaml:5:28: error: spec\.traffic\[0\]\.rps: expected a number, not the text "fast"/,
  ],
  [
    "wrong type in a manifest",
    SHORT.replace("replicas: 3", 'replicas: "3"'),
    /x\.yaml:\d+:\d+: error: spec\.replicas: /,
  ],
  [
    "impossible duration",
    scenario("x", TRAFFIC, "duration: -10s"),
    /x\.yaml:6:13: error: spec\.duration: expected a duration .* not "-10s"/,
  ],
  ["endless duration", scenario("x", TRAFFIC, "duration: 99999999h"), /x\.yaml:6:13: error: spec\.duration: /],
  [
    "overlapping ranges",
    scenario("x", TRAFFIC, "cluster: {podCIDR: 10.96.0.0/12, serviceCIDR: 10.96.0.0/16}"),
    /error: spec\.cluster\.serviceCIDR: 10\.96\.0\.0\/16 overlaps the podCIDR/,
  ],
  [
    "unknown churn target",
    scenario("x", TRAFFIC, "churn: [{rollout: wbe}]"),
    /error: spec\.churn\[0\]\.target: there is no Deployment wbe[\s\S]*did you mean web\?/,
  ],
  ["unknown churn action", scenario("x", TRAFFIC, "churn: [{roll: web}]"), /x\.yaml:6:\d+: error: spec\.churn\[0\]/],
  [
    "target that nothing could define",
    scenario("x", "traffic: [{to: db.nowhere}]"),
    /error: spec\.traffic\[0\]\.to: nothing defines the target db\.nowhere/,
  ],
  [
    "YAML bomb",
    `${BOMB.join("\n")}\napiVersion: v1\nkind: Bomb\n`,
    /error: .*the aliases expand to more than 100000 values/,
  ],
  ["nesting bomb", "[".repeat(100_000), /error: nested deeper than 64 levels/],
  ["random bytes", NOISE, /^x\.yaml: error: this is no text in UTF-8/],
  ["control characters", "kind: Scenario\nx: \u0000\n", /x\.yaml:2:4: error: the control character U\+0000/],
  ["empty file", "", /^x\.yaml:1:1: error: the file is empty/],
  ["file of comments", "# nothing\n", /error: the file holds no document/],
  ["truncated file", SHORT.slice(0, SHORT.indexOf("readinessProbe: {") + 30), /x\.yaml:\d+:\d+: error: /],
  ["prototype key", scenario("x", TRAFFIC, "__proto__: {polluted: true}"), /error: spec\.__proto__: unknown key/],
  ["prototype label", SHORT.replace("replicas: 3", "constructor: 3"), /error: spec\.constructor: /],
  ["second Scenario", `${SHORT}---\n${scenario("y", TRAFFIC)}`, /error: kind: a second Scenario/],
  ["tabs", "kind: x\n\ty: 1\n", /x\.yaml:2:1: error: /],
];

it.each(FAULTS)("%s", (_name, content, message) => {
  place.write("x.yaml", content);
  const ended = place.kubechurn(["run", "x.yaml"]);
  expect(ended.err).toMatch(message);
  expect(ended.err).toMatch(/\d+ errors?: nothing was simulated\n$/);
  expect(ended.err).not.toMatch(/\n\s+at |internal error/);
  expect(ended).toMatchObject({ code: 2, out: "" });
  expect(place.exists("results")).toBe(false);
});

it.each([
  ["a missing file", ["run", "nope.yaml"], /^nope\.yaml: error: there is no such file/],
  ["a missing manifest", ["run", "-f", "nope.yaml", "x.yaml"], /nope\.yaml: error: there is no such file/],
  ["a pattern without a match", ["run", "x.yaml", "-f", "no*.yaml"], /no\*\.yaml: error: no file matches/],
  ["a directory without files", ["run", "folder"], /^folder: error: the directory holds no YAML or JSON file/],
  ["an empty directory", ["run", "x.yaml", "-f", "folder"], /folder: error: the directory holds no YAML or JSON file/],
  ["--set that says nothing", ["run", "x.yaml", "--set", "duration"], /error: --set: cannot read "duration"/],
  ["--set of an unknown key", ["run", "x.yaml", "--set", "sede=3"], /error: spec\.sede: unknown key/],
  ["options beside a Scenario", ["run", "x.yaml", "--rollout"], /error: --to, --rps, --rollout .* without a Scenario/],
])("%s", (_name, words, message) => {
  place.write("x.yaml", SHORT);
  mkdirSync(place.path("folder"), { recursive: true });
  const ended = place.kubechurn(words);
  expect(ended.err).toMatch(message);
  expect(ended).toMatchObject({ code: 2, out: "" });
  expect(place.exists("results")).toBe(false);
});

it("validate says what run says", () => {
  place.write("x.yaml", scenario("x", TRAFFIC, "duration: never", "sede: 3"));
  expect(place.kubechurn(["validate", "x.yaml"])).toEqual(place.kubechurn(["run", "x.yaml"]));
});

it("tells all errors at once, sorted by line, and counts those beyond the limit", () => {
  const many = Array.from({ length: MOST_PRINTED + 7 }, (_, index) => `wrong${index}: 1`);
  place.write("x.yaml", scenario("x", TRAFFIC, ...many));
  const { code, err } = place.kubechurn(["validate", "x.yaml"]);
  const lines = [...err.matchAll(/^x\.yaml:(\d+):/gm)].map((match) => Number(match[1]));
  expect(code).toBe(2);
  expect(lines).toEqual(Array.from({ length: MOST_PRINTED }, (_, index) => index + 6));
  expect(err).toContain("… and 7 more errors\n57 errors: nothing was simulated\n");
});

it("does not obey control characters and overlong lines of the input", () => {
  place.write("x.yaml", scenario("x", `"\u001b\\u001b[2J${"y".repeat(5_000)}": 1`));
  place.write("z.yaml", scenario("x", TRAFFIC, `"\\e[2J${"y".repeat(500)}": 1`));
  for (const file of ["x.yaml", "z.yaml"]) {
    const { code, err } = place.kubechurn(["validate", file]);
    expect(code).toBe(2);
    expect(err).not.toContain("\u001b");
  }
});

it("does not obey a scenario's name either, on any way to the terminal", () => {
  place.write("named.yaml", SHORT.replace("name: short", String.raw`name: "a\e[2J\u202e\u0085b"`));
  const raw = ["\u001b", "\u0085", "\u202e"];
  for (const words of [
    ["validate"],
    ["run", "--no-variants", "--set", "duration=1s", "-o", "named"],
    ["verify", "--set", "duration=1s"],
  ]) {
    const { code, out, err } = place.kubechurn([...words, "named.yaml"]);
    expect([code, words[0], raw.some((each) => (out + err).includes(each))]).toEqual([0, words[0], false]);
  }
  const refused = place.kubechurn(["run", place.write("short.yaml", SHORT), "-o", "named"]);
  expect([refused.code, raw.some((each) => refused.err.includes(each))]).toEqual([2, false]);
});

it("warns of what is legal but suspicious, in an error's form, and refuses it with --strict", () => {
  const ingress = "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {}\n";
  place.write("x.yaml", SHORT + ingress);
  const { code, err, out } = place.kubechurn(["validate", "x.yaml"]);
  expect(code).toBe(0);
  expect(err).toMatch(/^x\.yaml:\d+:\d+: warning: /);
  expect(out).toMatch(/is valid: .*; 1 warning\n/);
  expect(place.kubechurn(["validate", "-q", "x.yaml"])).toEqual({ code: 0, out: "", err: "" });
  expect(place.kubechurn(["validate", "x.yaml", "--strict"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("error: "),
  });
  const run = place.kubechurn(["run", "-q", "--no-variants", "x.yaml", "--set", "duration=2s", "-o", "warned"]);
  expect(run.out).toMatch(/\nwarning: .*Ingress/);
  expect(JSON.parse(place.read("warned/summary.json")).warnings[0]).toContain("Ingress");
});

it("refuses a run that exceeds its limit of events, naming it", () => {
  place.write("x.yaml", SHORT);
  const ended = place.kubechurn(["run", "x.yaml", "--set", "limits.events=1600"]);
  expect(ended).toMatchObject({ code: 2, out: "" });
  expect(ended.err).toMatch(/limit of 1600 events[\s\S]*--set limits\.events=N/);
  expect(place.list("results")).toEqual([]);
});

it("keeps the deployment fixture valid", () => {
  place.write("deploy.yaml", DEPLOYMENT);
  expect(place.kubechurn(["validate", "deploy.yaml", "--rollout", "--strict"])).toMatchObject({ code: 0, err: "" });
});
