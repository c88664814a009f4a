/** The script that prints traces, run on the compiled program as a user does. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { RESOLVERS } from "../../../../src/dns/client/resolver/resolvers.js";
import { SERVER_MODES } from "../../../../src/dns/client/trace/server-modes.js";

const ROOT = new URL("../../../../", import.meta.url);
const FOLDER = mkdtempSync(join(tmpdir(), "kubechurn-trace-"));
const RECORDED = JSON.parse(
  readFileSync(new URL("./recorded/musl--drop-first-a--database.json", import.meta.url), "utf8"),
) as { resolv_conf: string; questions: unknown };

afterAll(() => rmSync(FOLDER, { recursive: true }));

function run(...words: readonly string[]): { code: number | null; out: string; err: string } {
  const script = fileURLToPath(new URL("scripts/trace-resolver.mjs", ROOT));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

function resolvConf(): string {
  const file = join(FOLDER, "resolv.conf");
  writeFileSync(file, RECORDED.resolv_conf);
  return file;
}

describe("trace:resolver", () => {
  test("prints a trace in the format of the recorded ones", () => {
    const words = ["--resolver", "musl", "--resolv-conf", resolvConf(), "--server", "drop-first-a"];
    const { code, out, err } = run(...words, "--name", "database");
    expect([code, err]).toEqual([0, ""]);
    expect(JSON.parse(out)).toMatchObject({
      resolver: "musl",
      name: "database",
      server_mode: "drop-first-a",
      resolv_conf: RECORDED.resolv_conf,
      questions_recorded: true,
      questions: RECORDED.questions,
      results: [{ status: "ok", addresses: ["10.96.1.1"], elapsed_s: 2.5 }],
    });
  });

  test("several calls and closed nameservers", () => {
    const words = ["--resolv-conf", resolvConf(), "--name", "database", "--calls", "2"];
    const calls = JSON.parse(run(...words).out) as { questions: { call: number }[]; results: unknown[] };
    expect(calls.questions.map(({ call }) => call)).toEqual([0, 0, 1, 1]);
    expect(calls.results).toHaveLength(2);
    expect(JSON.parse(run(...words, "--closed", "127.0.0.1").out)).toMatchObject({ questions_recorded: false });
  });

  test("--help lists every resolver and every mode", () => {
    const { code, out } = run("--help");
    expect(code).toBe(0);
    for (const { name } of [...RESOLVERS, ...SERVER_MODES]) expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
  });

  test.each([
    [["--name", "x"], "--name and --resolv-conf are needed"],
    [["--name", "x", "--resolv-conf", "/nowhere"], "no such file"],
    [
      ["--name", "x", "--resolv-conf", "FILE", "--resolver", "bind"],
      "there is no resolver bind; choose one of glibc, musl",
    ],
    [["--name", "x", "--resolv-conf", "FILE", "--server", "slow"], "there is no server mode slow"],
    [["--name", "x", "--resolv-conf", "FILE", "--calls", "0"], "--calls is a count"],
    [["--name", "x", "--resolv-conf", "FILE", "--closed", "a"], "no IPv4 address"],
    [["--nam", "x"], "--nam"],
  ])("%j is refused with exit code 2", (words, message) => {
    const { code, out, err } = run(...words.map((word) => (word === "FILE" ? resolvConf() : word)));
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err.trim().split("\n")).toHaveLength(1);
  });
});
