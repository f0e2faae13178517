import { describeWholeWay } from './whole-way.ts';

describeWholeWay('the whole way on the embedded log', {
  variables: () => ({}),
  accidents: ({ killService }) => [
    { atShare: 0.04, kill: () => killService('consumer') },
    { atShare: 0.24, kill: () => killService('poller') },
    { atShare: 0.44, kill: () => killService('store') },
    { atShare: 0.6, kill: () => killService('consumer') },
  ],
});
