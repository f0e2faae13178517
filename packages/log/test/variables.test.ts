import { parseConfig, type Variables } from '@custody/runtime';
import { describe, expect, test } from 'vitest';
import { kafkaLoginRule, logVariables } from '../src/index.ts';
import { kafkaConnection } from '../src/variables.ts';

const read = (variables: Variables) => parseConfig(logVariables.refine(...kafkaLoginRule), variables);

describe('the settings of the log', () => {
  test('without brokers the log is embedded', () => {
    expect(kafkaConnection(read({}))).toBeNull();
  });

  test('brokers are a list, and the login is given as it is', () => {
    const config = read({
      KAFKA_BROKERS: 'a.example:9092, [::1]:9093',
      KAFKA_TLS: 'true',
      KAFKA_USERNAME: 'custody',
      KAFKA_PASSWORD: 'secret',
    });
    expect(kafkaConnection(config)).toEqual({
      brokers: ['a.example:9092', '[::1]:9093'],
      tls: {},
      sasl: { mechanism: 'scram-sha-512', username: 'custody', password: 'secret' },
    });
  });

  test('an authority of one’s own is read from its file, and a file that is not there is a fault', () => {
    const ca = new URL('./variables.test.ts', import.meta.url).pathname;
    const variables = { KAFKA_BROKERS: 'a:1', KAFKA_TLS: 'true' };
    const connection = kafkaConnection(read({ ...variables, KAFKA_TLS_CA_FILE: ca }));
    expect(connection?.tls?.ca).toContain('an authority of one’s own');
    const missing = () => kafkaConnection(read({ ...variables, KAFKA_TLS_CA_FILE: '/nowhere/ca.pem' }));
    expect(missing).toThrow('KAFKA_TLS_CA_FILE: /nowhere/ca.pem cannot be read');
  });

  test.each([['a'], ['a:b'], ['http://a:9092'], ['a:9092,'], ['::1:9092']])('%s is no list of brokers', (brokers) => {
    expect(() => read({ KAFKA_BROKERS: brokers })).toThrow('KAFKA_BROKERS: must be host:port');
  });

  test('all faults are told together, and no secret with them', () => {
    const variables = { KAFKA_BROKERS: 'a', KAFKA_PASSWORD: 'hunter2-hunter2', KAFKA_SASL_MECHANISM: 'gssapi' };
    const attempt = () => read(variables);
    expect(attempt).toThrow(/KAFKA_BROKERS.*KAFKA_SASL_MECHANISM.*KAFKA_PASSWORD: belongs to KAFKA_USERNAME/s);
    expect(attempt).not.toThrow('hunter2');
  });
});
