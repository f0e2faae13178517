import { describeWholeWay } from './whole-way.ts';

describeWholeWay('the whole way on the embedded log', {
  variables: () => ({}),
  accidents: ({ killService }) => [
    { atLeast: 2_000, kill: () => killService('consumer') },
    { atLeast: 12_000, kill: () => killService('poller') },
    { atLeast: 22_000, kill: () => killService('store') },
    { atLeast: 30_000, kill: () => killService('consumer') },
  ],
});
