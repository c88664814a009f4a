/** Writes a run's files into a folder: CSV as the runs come, the rest when the first run's story is complete. */
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { RunRecord } from "../model/result.js";
import { RESULT_FILES } from "../report/csv/result-files.js";
import { FIGURES } from "../report/plot/figures.js";
import type { PlotRows } from "../report/plot/plot-rows.js";
import { giveWay } from "./interrupt.js";

/** Chunks of 1,000 rows between two turns of the event loop. */
const CHUNKS_A_TURN = 20;

/** Appends the rows of one run; the run with number 0 is the first and brings the headers. */
export async function appendRows(folder: string, record: RunRecord): Promise<void> {
  const first = record.run === 0;
  for (const { name, chunks } of RESULT_FILES) {
    const descriptor = openSync(join(folder, name), first ? "w" : "a");
    try {
      let written = 0;
      for (const chunk of chunks(record, first)) {
        writeSync(descriptor, chunk);
        if (++written % CHUNKS_A_TURN === 0) await giveWay();
      }
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Draws the figures of one run. */
export function writeFigures(folder: string, rows: PlotRows): void {
  for (const { name, draw } of FIGURES) writeFileSync(join(folder, name), draw(rows));
}
