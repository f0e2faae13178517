import kafkajs, { type PartitionAssigner } from 'kafkajs';

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;
const version = 0;
const name = 'CustodyLeader';
const leading = Buffer.from([1]);
const waiting = Buffer.from([0]);

/**
 * Deals a group's one partition to the member that has it already, so that whoever joins takes no leadership away;
 * without one, to the first by name. kafkajs's round robin would deal anew at each join.
 */
export function stickyLeader(isLeading: () => boolean): PartitionAssigner {
  return () => ({
    name,
    version,
    protocol: ({ topics }) => ({
      name,
      metadata: MemberMetadata.encode({ version, topics, userData: isLeading() ? leading : waiting }),
    }),
    assign: async ({ members, topics }) => {
      const ids = members.map(({ memberId }) => memberId).sort();
      const led = members.find(({ memberMetadata }) => {
        const userData: Buffer | undefined = MemberMetadata.decode(memberMetadata)?.userData;
        return userData?.[0] === leading[0];
      });
      const leader = led?.memberId ?? ids[0];
      const assignment = Object.fromEntries(topics.map((topic) => [topic, [0]]));
      return ids.map((memberId) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({
          version,
          assignment: memberId === leader ? assignment : {},
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
}
