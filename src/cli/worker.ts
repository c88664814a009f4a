/** The entry of a worker thread: performs one case after another until it is ended. */
import { parentPort } from "node:worker_threads";
import { performCase } from "./perform-case.js";
import { type Progress, REDRAW } from "./progress.js";
import { type CaseOrder, fieldsOf, type WorkerMessage } from "./worker-messages.js";

if (parentPort === null) throw new Error("worker.js is started by kubechurn, not by hand");
const port = parentPort;
const say = (message: WorkerMessage): void => port.postMessage(message);

let told = 0;
/** Tells the main thread, as often as it draws. */
const progress: Progress = {
  show(_label, now, until, events) {
    const time = performance.now();
    if (time - told < REDRAW) return;
    told = time;
    say({ kind: "progress", now, until, events });
  },
  showMany: () => undefined,
  clear: () => undefined,
};

port.on("message", async (order: CaseOrder) => {
  try {
    say({ kind: "done", ended: await performCase(order.case, order.folder, progress) });
  } catch (error) {
    say({ kind: "failed", error: fieldsOf(error) });
  }
});
