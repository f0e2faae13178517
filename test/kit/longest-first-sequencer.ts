import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files of twenty seconds and more, the longest first. Those that wait for brokers stand between those that compute:
 * so neither do all of them wait at once, nor does the run end with a long one alone.
 */
export const longestFiles: readonly string[] = [
  'test/system/whole-way-kafka.test.ts',
  'test/browser/dashboard.test.ts',
  'packages/log/test/kafka.test.ts',
  'test/system/demo.test.ts',
  'test/system/whole-way-failover.test.ts',
  'test/invariants/sealing-lmdb.test.ts',
  'test/invariants/consumer-lmdb.test.ts',
  'test/invariants/consumer-kafka.test.ts',
  'packages/store/test/detection.test.ts',
  'test/system/whole-way.test.ts',
  'infra/kafka/test/cluster.test.ts',
  'services/up/test/bench.test.ts',
  'services/consumer/test/crash.test.ts',
  'packages/store/test/retention.test.ts',
  'packages/log/test/kafka-failover.test.ts',
  'packages/store/test/planned-answers.test.ts',
  'services/consumer/test/outage.test.ts',
  'services/alerter/test/truth.test.ts',
  'packages/log/test/kafka-outage.test.ts',
  'services/consumer/test/flips.test.ts',
  'infra/kafka/test/dev.test.ts',
  'services/sealer/test/accidents.test.ts',
  'services/consumer/test/flips-oracle.test.ts',
  'services/up/test/generate-year.test.ts',
  'services/query/test/backtest.test.ts',
  'test/invariants/hostile-source.test.ts',
  'services/query/test/restrictions.test.ts',
  'services/alerter/test/incidents/incidents.test.ts',
  'services/query/test/exports.test.ts',
  'services/query/test/random-questions.test.ts',
  'test/system/late-store.test.ts',
  'services/poller/test/property.test.ts',
  'services/poller/test/several-environments.test.ts',
  'packages/embedded-clickhouse/test/embedded.test.ts',
  'packages/permit-simulator/test/world.test.ts',
];

/** Begins with the longest files also where no earlier run says which these are; the others as usual. */
export default class LongestFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const found = longestFiles.indexOf(relative(this.ctx.config.root, moduleId).replaceAll('\\', '/'));
      return found === -1 ? longestFiles.length : found;
    };
    return usual.toSorted((a, b) => rank(a) - rank(b));
  }
}
