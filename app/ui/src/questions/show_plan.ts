// Shows a plan that an answer names: evaluates it under the same scenario, so that it gets its own maps and figures.
import type { Plan } from "../api/contract";
import { addRun, ended } from "../api/workspace";
import type { Answered } from "../pages/run";
import { go } from "../route";

export async function showPlan(held: Answered, plan: Plan): Promise<void> {
  const offers = plan.offers.map(({ site_id, care_type_id, period }) => ({ site_id, care_type_id, ...(period ? { period } : {}) }));
  const run = await addRun(held.scenario.id, { question: "evaluate", plan: offers });
  await ended(run.id);
  go("run", run.id);
}
