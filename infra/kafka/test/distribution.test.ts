import { readdirSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeWithPart } from '../../../test/kit/optional-part.ts';
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts';
import { findDistribution } from '../src/distribution.ts';
import { findJava, hasMaven } from '../src/java-tools.ts';

const isHere = (await findJava()) !== null && (await hasMaven());
describeWithPart('maven', isHere ? null : 'there is no Java 17 or no Maven. Install both', 'the jars of Kafka', () => {
  test('are fetched once, by whoever comes first, and whole', async () => {
    using cache = temporaryDirectory();
    const [first, second] = await Promise.all([findDistribution(cache.path), findDistribution(cache.path)]);
    expect(second).toEqual(first);
    const { mtimeMs } = statSync(first.jars);
    expect((await findDistribution(cache.path)).jars).toBe(first.jars);
    expect(statSync(first.jars).mtimeMs).toBe(mtimeMs);
    expect(readdirSync(first.jars).some((name) => /^kafka_2\.13-4\..*\.jar$/.test(name))).toBe(true);
    expect(readdirSync(cache.path)).toHaveLength(1);
  });
});
