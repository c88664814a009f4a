/** The session of a process that nothing stands between. */
import type { ApiSession } from "../model/api-session.js";

export const ALWAYS_UP: ApiSession = {
  state: () => "up",
  arrivalOf: (due) => due,
  arrivedBy: (time) => time,
  fails: () => false,
};
