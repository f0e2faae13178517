import { Rng } from './rng.ts';

/** A person of the organisation. */
export interface Human {
  readonly subject: string;
  /** `human|{subject}` */
  readonly key: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** Hours that the local clock is ahead of UTC; no daylight saving. */
  readonly utcOffsetHours: number;
  /** Share of the traffic relative to others. */
  readonly weight: number;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

const readable = ['Alice Archer', 'Bob Berger', 'Carol Chen', 'Dave Duarte'];
const others = [
  'Ada Novak',
  'Amir Levi',
  'Ana Ribeiro',
  'Anders Holm',
  'Beatriz Costa',
  'Chloé Martin',
  'Daniel Okafor',
  'Elena Petrova',
  'Emre Yilmaz',
  'Eva Lindqvist',
  'Farah Haddad',
  'Felix Wagner',
  'Grace Kim',
  'Hannah Fischer',
  'Hugo Bernard',
  'Ines Moreau',
  'Ivan Horvat',
  'James Whitfield',
  'Jana Dvorak',
  'Jonas Keller',
  'Kavya Rao',
  'Kenji Mori',
  'Lars Nilsen',
  'Laura Bianchi',
  'Leo Santos',
  'Lina Nasser',
  'Lucas Meyer',
  'Maya Cohen',
  'Miguel Torres',
  'Mina Park',
  'Nadia Rahman',
  'Noah Williams',
  'Nora Byrne',
  'Oskar Zielinski',
  'Priya Menon',
  'Rafael Gomez',
  'Ruth Adeyemi',
  'Sam Porter',
  'Sofia Rossi',
  'Tomas Vesely',
  'Yuki Tanaka',
  'Zoë Vermeer',
];

// Most of the company works between Lisbon and Tel Aviv, a third on the American east coast, a few elsewhere.
const offsets = [0, 1, 1, 1, 1, 2, 2, 2, -5, -5, -5, -5, -8, 5.5, 9];

/** The humans of a world, most active first among equals of the draw. */
export function createHumans(seed: number): Human[] {
  const rng = Rng.of(seed, 'humans');
  const weights = rng.shuffled([...readable, ...others].map((_, index) => 1 / (index + 4) ** 0.7));
  return [...readable, ...others].map((name, index) => {
    const [firstName = '', lastName = ''] = name.split(' ');
    const subject = index < readable.length ? firstName.toLowerCase() : authSubject(rng);
    return {
      subject,
      key: `human|${subject}`,
      firstName,
      lastName,
      email: `${ascii(firstName)}.${ascii(lastName)}@acme.example`,
      // Every zone has someone, so that at any hour it is night for somebody.
      utcOffsetHours: offsets[index % offsets.length] ?? 0,
      weight: weights[index] ?? 0.1,
    };
  });
}

/** How much a human works at a moment: 0 asleep, 1 at full work; weekends are quiet. */
export function activityAt(human: Human, atMs: number): number {
  const localMs = atMs + human.utcOffsetHours * hourMs;
  const hour = (localMs % dayMs) / hourMs;
  return dayCurve(hour) * (isWeekend(localMs) ? 0.12 : 1);
}

/** True between 23:00 and 06:00 of the human's own clock. */
export function isNight(human: Human, atMs: number): boolean {
  const hour = ((atMs + human.utcOffsetHours * hourMs) % dayMs) / hourMs;
  return hour < 6 || hour >= 23;
}

/** Saturday or Sunday of the calendar that `localMs` is read in. */
export function isWeekend(localMs: number): boolean {
  const weekday = (Math.floor(localMs / dayMs) + 4) % 7;
  return weekday === 0 || weekday === 6;
}

/** A working day: up from eight, a dip at lunch, down from six, a little in the evening. */
function dayCurve(hour: number): number {
  if (hour < 7 || hour >= 23) return 0.01;
  if (hour < 9) return 0.1 + 0.4 * (hour - 7);
  if (hour < 18) return 1 - 0.35 * Math.exp(-((hour - 12.75) ** 2) / 0.5);
  return Math.max(0.03, 0.7 - 0.3 * (hour - 18));
}

function authSubject(rng: Rng): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 32 }, () => alphabet[rng.int(0, alphabet.length - 1)]).join('');
}

function ascii(name: string): string {
  return name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
