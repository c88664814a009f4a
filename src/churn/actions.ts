/**
 * All churn actions, in the order in which help and documentation show them. A new action is one file beside this one
 * and one line here.
 */
import type { ChurnAction } from "./action.js";
import { changeCorefile } from "./change-corefile.js";
import { crashContainer } from "./crash-container.js";
import { crashNode } from "./crash-node.js";
import { deletePod } from "./delete-pod.js";
import { failProbe } from "./fail-probe.js";
import { packetLoss } from "./packet-loss.js";
import { restartComponent } from "./restart-component.js";
import { rollout } from "./rollout.js";
import { scale } from "./scale.js";
import { upstreamOutage } from "./upstream-outage.js";

export const CHURN_ACTIONS: readonly ChurnAction[] = [
  rollout,
  scale,
  deletePod,
  crashContainer,
  failProbe,
  crashNode,
  restartComponent,
  packetLoss,
  upstreamOutage,
  changeCorefile,
];

/** The action of this name. Throws when there is none. */
export function actionNamed(name: string): ChurnAction {
  const found = CHURN_ACTIONS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no churn action ${name}`);
  return found;
}
