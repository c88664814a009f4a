/** Where SimPy is on this machine. */
import { execFileSync } from "node:child_process";
import { ROOT } from "../measure.js";

export const SCRIPT = `${ROOT}bench/programs/simpy_hold.py`;

/** The first Python that has SimPy: Debian's python3-simpy3 is only seen by Debian's own Python. Null: none has. */
export function pythonWithSimpy(): string | null {
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      execFileSync(python, ["-c", "import simpy"], { stdio: "ignore" });
      return python;
    } catch {}
  }
  return null;
}
