import { z } from 'zod';
import { trustLevels } from '../trust-level.ts';

const sentence = z.string().describe('What has to change, in words');
const human = z.string().describe('Key of the human');
const agent = z.string().describe('Key of the agent');
const server = z.string();
const tool = z.string();
const level = z.enum(trustLevels).describe('The least level that would do');
const levelIfKnown = z
  .enum([...trustLevels, ''])
  .describe('The least level that would do; empty where it is not known');

/**
 * One change without which a denied call stays denied. The code is for counting: which change would have removed most
 * denials. `tell_human`, `find_level` and `unexplained` are no changes but say why none can be named.
 */
export const remedy = z
  .discriminatedUnion('code', [
    z.object({ code: z.literal('raise_consent'), sentence, human, agent, server, level }),
    z.object({
      code: z.literal('give_consent'),
      sentence,
      human: z.string().describe('Key of the human; empty where nobody’s consent was known'),
      agent,
      server,
      level: levelIfKnown,
    }),
    z.object({ code: z.literal('raise_ceiling'), sentence, human, server, level }),
    z.object({ code: z.literal('set_ceiling'), sentence, human, server, level: levelIfKnown }),
    z.object({ code: z.literal('import_server'), sentence, server }),
    z.object({ code: z.literal('add_tool'), sentence, server, tool }),
    z.object({ code: z.literal('create_tenant'), sentence, tenant: z.string() }),
    z.object({ code: z.literal('register_caller'), sentence, caller: z.string() }),
    z.object({ code: z.literal('change_policy'), sentence, caller: z.string(), resource: z.string(), tool }),
    z.object({ code: z.literal('enable_policy'), sentence }),
    z.object({ code: z.literal('tell_human'), sentence, candidates: z.array(z.string()), level: levelIfKnown }),
    z.object({ code: z.literal('find_level'), sentence, server, tool }),
    z.object({ code: z.literal('unexplained'), sentence }),
  ])
  .meta({ id: 'Remedy' });

export type Remedy = z.infer<typeof remedy>;
