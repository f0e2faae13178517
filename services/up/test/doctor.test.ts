import { CustodyError } from '@custody/runtime';
import { expect, test } from 'vitest';
import { doctorErrors } from '../src/doctor/errors.ts';
import { examine } from '../src/doctor/examine.ts';

const fault = (kind: (typeof doctorErrors)[keyof typeof doctorErrors]) => async () => {
  throw new CustodyError(kind, 'It is so.');
};
const fine = async () => 'fine';

test('a check that needs a failed one is skipped, and so is what needs that one; the others are made', async () => {
  const { findings, exitCode } = await examine([
    { name: 'a', needs: [], run: fault(doctorErrors.DOCTOR_BLIND) },
    { name: 'b', needs: ['a'], run: fine },
    { name: 'c', needs: ['b'], run: fine },
    { name: 'd', needs: [], run: fine },
  ]);
  expect(findings.map(({ state }) => state)).toEqual(['fault', 'skipped', 'skipped', 'ok']);
  expect(findings[0]).toMatchObject({ code: 'DOCTOR_BLIND', remedy: doctorErrors.DOCTOR_BLIND.remedy });
  expect(exitCode).toBe(1);
});

test('what has to be changed first decides the exit code, and health is 0', async () => {
  const both = [fault(doctorErrors.DOCTOR_NO_DATA), fault(doctorErrors.DOCTOR_API_DOWN)];
  const checks = both.map((run, index) => ({ name: String(index), needs: [], run }));
  expect((await examine(checks)).exitCode).toBe(2);
  expect((await examine([{ name: 'a', needs: [], run: fine }])).exitCode).toBe(0);
});

test('a fault of its own ends the examination', async () => {
  const broken = async () => Promise.reject(new TypeError('ours'));
  await expect(examine([{ name: 'a', needs: [], run: broken }])).rejects.toThrow('ours');
});
