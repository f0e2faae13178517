import { type AlertAction, parseRule, type Rule, type Silence } from '@custody/detect';
import type { Logger } from '@custody/runtime';
import {
  actionsLastMs,
  readAlertActions,
  readSilences,
  readStoredRules,
  type StoreClient,
  type StoredRule,
} from '@custody/store';
import type { ReadOrders } from './tick-store.ts';

/** Reads what people have said over the API, at each tick. A rule that this version does not understand is told once and left out. */
export function clickhouseOrders(client: StoreClient, logger: Logger): ReadOrders {
  const told = new Set<string>();
  const ruleOf = ({ name, version, document }: StoredRule): Rule[] => {
    const { rule, faults } = parseRule(JSON.parse(document), 'api');
    if (rule !== null) return [rule];
    if (!told.has(`${name} ${version}`))
      logger.error({ rule: name, faults }, 'a rule cannot be understood and does not run');
    told.add(`${name} ${version}`);
    return [];
  };
  return async (nowMs, signal) => {
    const [rules, actions, silences] = await Promise.all([
      readStoredRules(client, { signal }),
      readAlertActions(client, nowMs - actionsLastMs, { signal }),
      readSilences(client, nowMs, { signal }),
    ]);
    return { rules: rules.flatMap(ruleOf), actions: actions as AlertAction[], silences: silences as Silence[] };
  };
}
