import { describe, expect, test } from 'vitest';
import { attribute } from '../src/index.ts';
import { at, ceiling, consent, decision, envId, history, listing, listings, ms, tool, user } from './facts.ts';

const tools = [tool('linear', 'create_issue', 'medium'), tool('github', 'get_repo', 'low')];
const world = [...listings, ...tools];
const aliceToo = [consent('alice', 'linear', 'high'), ceiling('alice', 'linear', 'high'), user('alice')];
const bobToo = [consent('bob', 'linear', 'low'), ceiling('bob', 'linear', 'high'), user('bob')];

const nobody = {
  ...{ humanKey: '', humanName: '', humanEmail: '', candidates: [], consentId: '', consentAtMs: null },
  ...{ trustLevel: '', ceilingLevel: '', evidence: '' },
};

describe('one human', () => {
  test('whose consent was read before and after is named with consent and levels', () => {
    expect(attribute(decision(), envId, history(...world, ...aliceToo))).toEqual({
      certainty: 'exact',
      evidence: 'consent',
      humanKey: 'human|alice',
      humanName: 'alice',
      humanEmail: 'alice@acme.example',
      candidates: [],
      consentId: 'agent|a:alice:linear:high',
      consentAtMs: ms('08:00'),
      trustLevel: 'high',
      ceilingLevel: 'high',
      requiredLevel: 'medium',
    });
  });

  test.each([
    ['08:00', 'inferred'],
    ['09:59', 'inferred'],
    ['10:00', 'exact'],
    ['14:00', 'exact'],
    ['14:01', 'inferred'],
  ])('called at %s, with listings from 10:00 to 14:00: %s', (clock, certainty) => {
    const found = attribute(decision({ occurredAtMs: ms(clock) }), envId, history(...world, ...aliceToo));
    expect(found).toMatchObject({ certainty, humanKey: 'human|alice' });
  });

  test('is not named before the consent began, to the millisecond', () => {
    const early = decision({ occurredAtMs: ms('08:00') - 1 });
    expect(attribute(early, envId, history(...world, ...aliceToo))).toMatchObject({ ...nobody, certainty: 'unknown' });
  });

  test.each([
    ['12:00', 'exact'],
    ['12:01', 'inferred'],
    ['12:04', 'inferred'],
    ['12:05', 'unknown'],
  ])('whose consent was seen at 12:00 and missing at 12:05, called at %s: %s', (clock, certainty) => {
    const ended = consent('alice', 'linear', 'high', { last_seen: at('12:00'), first_missing: at('12:05') });
    const known = history(...world, ended, ceiling('alice', 'linear', 'high'));
    expect(attribute(decision({ occurredAtMs: ms(clock) }), envId, known).certainty).toBe(certainty);
  });

  test('stays inferred while another consent of the agent began or ended around the moment', () => {
    const github = consent('alice', 'github', 'low', { valid_from: at('11:58'), first_seen: at('12:05') });
    const known = history(...world, ...aliceToo, github);
    expect(attribute(decision(), envId, known).certainty).toBe('inferred');
    expect(attribute(decision({ occurredAtMs: ms('11:57') }), envId, known).certainty).toBe('exact');
    expect(attribute(decision({ occurredAtMs: ms('12:05') }), envId, known).certainty).toBe('exact');
  });

  test('is named by a consent for another server, without levels of this one', () => {
    const known = history(...world, consent('alice', 'github', 'low'));
    const denied = attribute(decision({ verdict: 'deny' }), envId, known);
    expect(denied).toMatchObject({ certainty: 'exact', evidence: 'consent', humanKey: 'human|alice' });
    expect(denied).toMatchObject({ trustLevel: '', consentId: '', requiredLevel: 'medium' });
  });

  test('is only inferred where the known grants cannot explain that the call was allowed', () => {
    const elsewhere = history(...world, consent('alice', 'github', 'low'));
    const tooWeak = history(...world, consent('alice', 'linear', 'low'), ceiling('alice', 'linear', 'high'));
    const noCeiling = history(...world, consent('alice', 'linear', 'high'));
    for (const known of [elsewhere, tooWeak, noCeiling]) {
      expect(attribute(decision(), envId, known)).toMatchObject({ certainty: 'inferred', humanKey: 'human|alice' });
    }
  });

  test('of a re-consent has the levels of the moment', () => {
    const low = consent('alice', 'linear', 'low', { last_seen: at('12:00'), first_missing: at('12:05') });
    const high = consent('alice', 'linear', 'high', { valid_from: at('12:02'), first_seen: at('12:05') });
    const known = history(...world, low, high, ceiling('alice', 'linear', 'high'));
    const levelAt = (clock: string) => attribute(decision({ occurredAtMs: ms(clock) }), envId, known).trustLevel;
    expect(['12:00', '12:01', '12:03', '12:06'].map(levelAt)).toEqual(['low', 'low', 'high', 'high']);
  });

  test('with two roles at once has the higher, as roles add up', () => {
    const both = history(...world, consent('alice', 'linear', 'low'), ...aliceToo);
    expect(attribute(decision(), envId, both)).toMatchObject({ trustLevel: 'high', certainty: 'exact' });
  });

  test('of equal consents has the later one, whatever the order of their records', () => {
    const older = consent('alice', 'linear', 'high', { grant_id: 'older' });
    const newer = consent('alice', 'linear', 'high', { grant_id: 'newer', valid_from: at('09:00') });
    const twin = consent('alice', 'linear', 'high', { grant_id: 'twin', valid_from: at('09:00') });
    const idOf = (...records: (typeof older)[]) =>
      attribute(decision(), envId, history(...world, ...records)).consentId;
    expect([idOf(older, newer), idOf(newer, older)]).toEqual(['newer', 'newer']);
    expect(idOf(newer, twin)).toBe(idOf(twin, newer));
  });
});

describe('the decision’s own evidence', () => {
  test('names the human, whatever the listings say', () => {
    const known = history(...world, ...bobToo, user('alice'));
    const found = attribute(decision({ evidenceHumans: ['human|alice'] }), envId, known);
    expect(found).toMatchObject({ certainty: 'exact', evidence: 'rebac', humanKey: 'human|alice', trustLevel: '' });
  });

  test('brings the consent along where it is known', () => {
    const found = attribute(
      decision({ evidenceHumans: ['human|alice'] }),
      envId,
      history(...world, ...aliceToo, ...bobToo),
    );
    expect(found).toMatchObject({ evidence: 'rebac', trustLevel: 'high', consentId: 'agent|a:alice:linear:high' });
  });

  test('of several humans is narrowed to those who consented', () => {
    const evidenceHumans = ['human|bob', 'human|alice'];
    const both = attribute(decision({ evidenceHumans }), envId, history(...world, ...aliceToo, ...bobToo));
    expect(both).toMatchObject({ certainty: 'ambiguous', humanKey: '', candidates: ['human|alice', 'human|bob'] });
    const one = attribute(decision({ evidenceHumans }), envId, history(...world, ...aliceToo));
    expect(one).toMatchObject({ certainty: 'inferred', evidence: 'rebac', humanKey: 'human|alice' });
    const elsewhere = attribute(
      decision({ evidenceHumans }),
      envId,
      history(...world, consent('bob', 'github', 'low')),
    );
    expect(elsewhere).toMatchObject({ certainty: 'inferred', evidence: 'rebac', humanKey: 'human|bob' });
    const none = attribute(decision({ evidenceHumans }), envId, history(...world));
    expect(none).toMatchObject({ certainty: 'ambiguous', candidates: ['human|alice', 'human|bob'] });
  });

  test('counts for allowed calls only', () => {
    const denied = decision({ verdict: 'deny', evidenceHumans: ['human|alice'] });
    expect(attribute(denied, envId, history(...world))).toMatchObject({ ...nobody, certainty: 'unknown' });
  });
});

describe('several humans', () => {
  const bobElsewhere = consent('bob', 'github', 'low');

  test('are told apart by the server: exact where the call was allowed, inferred where it was denied', () => {
    const known = history(...world, ...aliceToo, bobElsewhere);
    expect(attribute(decision(), envId, known)).toMatchObject({
      certainty: 'exact',
      evidence: 'consent',
      humanKey: 'human|alice',
    });
    const denied = attribute(decision({ verdict: 'deny' }), envId, known);
    expect(denied).toMatchObject({ certainty: 'inferred', evidence: 'consent', humanKey: 'human|alice' });
  });

  test('are told apart by levels where only one could have led to the verdict', () => {
    const known = history(...world, ...aliceToo, ...bobToo);
    const allowed = attribute(decision(), envId, known);
    expect(allowed).toMatchObject({
      certainty: 'inferred',
      evidence: 'level',
      humanKey: 'human|alice',
      trustLevel: 'high',
    });
    const denied = attribute(decision({ verdict: 'deny' }), envId, known);
    expect(denied).toMatchObject({
      certainty: 'inferred',
      evidence: 'level',
      humanKey: 'human|bob',
      ceilingLevel: 'high',
    });
  });

  test('are told apart by the ceiling as well as by the consent', () => {
    const capped = [consent('bob', 'linear', 'high'), ceiling('bob', 'linear', 'low')];
    const uncapped = [consent('bob', 'linear', 'high')];
    for (const bob of [capped, uncapped]) {
      const found = attribute(decision(), envId, history(...world, ...aliceToo, ...bob));
      expect(found).toMatchObject({ certainty: 'inferred', evidence: 'level', humanKey: 'human|alice' });
    }
  });

  test.each([
    ['both could have led to it', decision(), [consent('bob', 'linear', 'medium'), ceiling('bob', 'linear', 'high')]],
    ['the verdict is unknown', decision({ verdict: 'unknown' }), bobToo],
    ['the tool’s level is unknown', decision({ tool: 'novel' }), bobToo],
    [
      'the verdict contradicts all of them',
      decision({ verdict: 'deny' }),
      [consent('bob', 'linear', 'high'), ceiling('bob', 'linear', 'high')],
    ],
  ])('stay ambiguous where %s', (_, call, bob) => {
    const found = attribute(call, envId, history(...world, ...aliceToo, ...bob));
    expect(found).toMatchObject({ ...nobody, certainty: 'ambiguous', candidates: ['human|alice', 'human|bob'] });
  });

  test('a third who is excluded is no candidate', () => {
    const carol = [consent('carol', 'linear', 'medium'), ceiling('carol', 'linear', 'medium')];
    const found = attribute(decision(), envId, history(...world, ...aliceToo, ...bobToo, ...carol));
    expect(found.candidates).toEqual(['human|alice', 'human|carol']);
  });

  test('without a consent for the server stay ambiguous', () => {
    const known = history(...world, consent('alice', 'github', 'low'), bobElsewhere);
    expect(attribute(decision(), envId, known).candidates).toEqual(['human|alice', 'human|bob']);
  });

  test('are not told apart by ceilings that nobody has listed yet', () => {
    const known = history(
      listing('consent'),
      listing('tool_level'),
      ...tools,
      consent('alice', 'linear', 'high'),
      consent('bob', 'linear', 'high'),
    );
    expect(attribute(decision(), envId, known)).toMatchObject({ certainty: 'ambiguous' });
  });

  test('are not told apart by a grant that may have held or not', () => {
    const bob = consent('bob', 'linear', 'high', { last_seen: at('11:58'), first_missing: at('12:03') });
    const known = history(...world, ...aliceToo, bob, ceiling('bob', 'linear', 'high'));
    expect(attribute(decision(), envId, known)).toMatchObject({ certainty: 'ambiguous' });
    // Alice's grants would have allowed it; Bob's consent may have been gone.
    const denied = attribute(decision({ verdict: 'deny' }), envId, known);
    expect(denied).toMatchObject({ certainty: 'inferred', evidence: 'level', humanKey: 'human|bob' });
  });
});

describe('a per-user server', () => {
  const call = decision({ server: 'linear-alice' });

  test('names the one candidate in its name', () => {
    const known = history(...world, consent('alice', 'github', 'low'), consent('bob', 'github', 'low'));
    const found = attribute(decision({ server: 'linear-alice', verdict: 'deny' }), envId, known);
    expect(found).toMatchObject({ certainty: 'inferred', evidence: 'server', humanKey: 'human|alice' });
  });

  test('is exact where both hold consents for it, the owner’s explains the call, and it was observed', () => {
    const both = [consent('alice', 'linear-alice', 'high'), consent('bob', 'linear-alice', 'high')];
    const known = history(...world, ...both, ceiling('alice', 'linear-alice', 'high'));
    expect(attribute(call, envId, known)).toMatchObject({
      certainty: 'exact',
      evidence: 'server',
      humanKey: 'human|alice',
    });
  });

  test('names a known user where nobody consented, also one whose id has hyphens', () => {
    const known = history(...world, user('alice'), user('7f-3a'));
    expect(attribute(call, envId, known)).toMatchObject({
      certainty: 'inferred',
      evidence: 'server',
      humanKey: 'human|alice',
    });
    const hyphened = attribute(decision({ server: 'my-linear-7f-3a' }), envId, known);
    expect(hyphened).toMatchObject({ certainty: 'inferred', evidence: 'server', humanKey: 'human|7f-3a' });
  });

  test('names nobody where two users fit its name', () => {
    const known = history(...world, user('3a'), user('7f-3a'));
    expect(attribute(decision({ server: 'linear-7f-3a' }), envId, known)).toMatchObject({
      humanKey: '',
      certainty: 'none',
    });
  });
});

describe('nobody', () => {
  test('fits an agent without consent at an MCP server: unknown', () => {
    expect(attribute(decision(), envId, history(...world))).toEqual({
      ...nobody,
      certainty: 'unknown',
      requiredLevel: 'medium',
    });
  });

  test('is involved where the resource is no MCP server', () => {
    const egress = decision({ server: 'nightly-export', tool: 'get' });
    expect(attribute(egress, envId, history(...world))).toEqual({ ...nobody, certainty: 'none', requiredLevel: '' });
  });

  test('is claimed not to be involved before tools and consents were listed, and some server was among them', () => {
    const egress = decision({ server: 'nightly-export' });
    const listedEmpty = history(listing('consent'), listing('tool_level'));
    for (const known of [history(), history(listing('consent')), history(listing('tool_level')), listedEmpty]) {
      expect(attribute(egress, envId, known).certainty).toBe('unknown');
    }
    expect(attribute(decision({ server: '' }), envId, history(...world)).certainty).toBe('unknown');
  });

  test('is behind a caller that the gateway did not register, unless it holds a consent', () => {
    const service = decision({ agentKey: 'svc-billing' });
    expect(attribute(service, envId, history(...world)).certainty).toBe('none');
    const holding = consent('alice', 'linear', 'high', { agent_key: 'svc-billing' });
    const known = history(...world, holding, ceiling('alice', 'linear', 'high'));
    expect(attribute(service, envId, known)).toMatchObject({ certainty: 'exact', humanKey: 'human|alice' });
  });

  test('is known where the entry names no caller', () => {
    expect(attribute(decision({ agentKey: '' }), envId, history(...world)).certainty).toBe('unknown');
  });

  test('of another environment counts', () => {
    expect(attribute(decision(), 'other', history(...world, ...aliceToo)).certainty).toBe('unknown');
  });
});

describe('a human who calls', () => {
  test('is their own human', () => {
    const call = decision({ agentKey: 'human|alice', agentName: 'Alice A.' });
    expect(attribute(call, envId, history(...world, ...bobToo))).toMatchObject({
      ...{ certainty: 'exact', evidence: 'self', humanKey: 'human|alice', humanName: 'Alice A.', trustLevel: '' },
    });
    expect(attribute(call, envId, history(...world, user('alice'))).humanName).toBe('alice');
  });
});

describe('the required level', () => {
  const requiredAt = (clock: string, ...records: Parameters<typeof history>) =>
    attribute(decision({ occurredAtMs: ms(clock) }), envId, history(...listings, ...records)).requiredLevel;

  test('before the first listing is the earliest known', () => {
    expect(requiredAt('06:00', ...tools)).toBe('medium');
  });

  test('follows a change, and keeps the surer value inside it', () => {
    const was = tool('linear', 'create_issue', 'low', { last_seen: at('12:00'), first_missing: at('12:05') });
    const is = tool('linear', 'create_issue', 'high', { first_seen: at('12:05') });
    expect(['11:00', '12:00', '12:05'].map((clock) => requiredAt(clock, was, is))).toEqual(['low', 'low', 'high']);
  });

  test('where two readings are equally unsure is the lower', () => {
    const was = tool('linear', 'create_issue', 'high', { last_seen: at('12:00'), first_missing: at('12:05') });
    const is = tool('linear', 'create_issue', 'low', { first_seen: at('12:05') });
    expect([requiredAt('12:03', was, is), requiredAt('12:03', is, was)]).toEqual(['low', 'low']);
  });
});
