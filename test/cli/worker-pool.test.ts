/** Threads that work, throw, die and are ended, with a stand-in for what they run. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { EndedCase } from "../../src/cli/perform-case.js";
import { errorOf, fieldsOf } from "../../src/cli/worker-messages.js";
import { type Job, WorkerPool } from "../../src/cli/worker-pool.js";

const folder = mkdtempSync(join(tmpdir(), "kubechurn-pool-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Answers with its thread's number and the label; a label may ask for worse. */
const entry = join(folder, "worker.mjs");
writeFileSync(
  entry,
  `import { parentPort, threadId } from "node:worker_threads";
parentPort.on("message", ({ case: { label } }) => {
  if (label === "exit") process.exit(3);
  if (label === "throw") throw new TypeError("thrown");
  if (label === "hang") for (;;);
  if (label === "hoard") throw Object.assign(new Error("limit"), { code: "ERR_WORKER_OUT_OF_MEMORY" });
  parentPort.postMessage({ kind: "progress", now: 1, until: 4, events: 10 });
  if (label === "fail") parentPort.postMessage({ kind: "failed", error: { name: "EventLimitError", message: "too many", stack: "", code: "", syscall: "" } });
  else parentPort.postMessage({ kind: "done", ended: { brief: { thread: threadId, label }, story: null } });
});
`,
);

function poolFor(labels: readonly string[]) {
  const done: [number, unknown][] = [];
  const told: [number, number, number][] = [];
  let next = 0;
  const take = (): Job | null => {
    const index = next++;
    if (index >= labels.length) return null;
    return {
      index,
      order: { case: { label: labels[index]!, scenario: { name: "web" } as never, run: index }, folder: null },
    };
  };
  const pool = new WorkerPool(pathToFileURL(entry), {
    take,
    done: (index, ended: EndedCase) => done.push([index, ended.brief]),
    progress: (index, share, events) => told.push([index, share, events]),
  });
  return { pool, done, told };
}

describe("worker threads", () => {
  it("work until nothing is left, each of them kept", async () => {
    const { pool, done, told } = poolFor(["a", "b", "c", "d", "e"]);
    await Promise.all([pool.work(), pool.work()]);
    expect(done.map(([index]) => index).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(done.map(([, brief]) => (brief as { thread: number }).thread)).size).toBeLessThanOrEqual(2);
    expect(told).toContainEqual([0, 0.25, 10]);
    expect(pool.size).toBe(0);
  });

  it("hand on what a case threw, by name", async () => {
    await expect(poolFor(["fail"]).pool.work()).rejects.toMatchObject({ name: "EventLimitError", message: "too many" });
    const denied = Object.assign(new Error("no"), { code: "EACCES", syscall: "open" });
    expect(errorOf(fieldsOf(denied))).toMatchObject({ message: "no", code: "EACCES", syscall: "open" });
    expect("syscall" in errorOf(fieldsOf(new RangeError("no")))).toBe(false);
  });

  it.each([
    ["throw", "thrown"],
    ["exit", "a worker thread ended with code 3 in run 0 of web (exit)"],
  ])("that die (%s) are told of", async (label, message) => {
    const { pool } = poolFor([label]);
    await expect(pool.work()).rejects.toThrow(message);
    await pool.stop();
  });

  it("out of memory are told of with the case and what to do", async () => {
    const { pool } = poolFor(["hoard"]);
    await expect(pool.work()).rejects.toMatchObject({
      name: "CommandError",
      message: "out of memory in run 0 of web (hoard)",
      hint: expect.stringContaining("-j 1"),
    });
    await pool.stop();
  });

  it("end when they are stopped, whatever they do", async () => {
    const { pool, done } = poolFor(["hang", "hang"]);
    void pool.work();
    void pool.work();
    expect(pool.size).toBe(2);
    await pool.stop();
    expect([pool.size, done]).toEqual([0, []]);
  });
});
