import { errorKinds } from '@custody/runtime';

/**
 * Why a delivery did not succeed. What is retriable is tried again for a day, the others become dead letters at once; both
 * are listed with `custody alerts deliveries`.
 */
export const deliveryErrors = errorKinds({
  DELIVERY_NAME_UNKNOWN: {
    retriable: true,
    meaning: 'The name of a channel’s host could not be resolved.',
    remedy: 'Check the channel’s address, and whether the alerter can resolve names.',
  },
  DELIVERY_ADDRESS_REFUSED: {
    retriable: true,
    meaning:
      'A channel’s host is on this machine, on a private network, or nowhere that an alert may go; nothing was sent.',
    remedy: 'Where that is meant, set allow_private: true at the channel; else correct its address.',
  },
  DELIVERY_NOT_ENCRYPTED: {
    retriable: true,
    meaning: 'A channel’s address is plain http:// and its host is not on a private network; nothing was sent.',
    remedy: 'Use the https:// address of the receiver.',
  },
  DELIVERY_NOT_CONNECTED: {
    retriable: true,
    meaning: 'The host of a channel refused the connection, cut it, or could not be reached.',
    remedy: 'Check that the receiver runs and that the network lets the alerter reach it; a proxy is not used.',
  },
  DELIVERY_NOT_TRUSTED: {
    retriable: true,
    meaning:
      'The encrypted connection to a channel’s host failed: its certificate is not trusted, or is for another name.',
    remedy: 'Renew or correct the certificate; name the authority of a private one with NODE_EXTRA_CA_CERTS.',
  },
  DELIVERY_TIMED_OUT: {
    retriable: true,
    meaning:
      'The host of a channel did not connect or did not answer in time; it may have taken the alert all the same.',
    remedy: 'Look at the receiver; it has to answer within 10 seconds, and tells repetitions by their id.',
  },
  DELIVERY_ANSWER_UNREADABLE: {
    retriable: true,
    meaning: 'What the host of a channel answered is not HTTP.',
    remedy: 'Check the channel’s address and port.',
  },
  DELIVERY_REDIRECTED: {
    retriable: true,
    meaning: 'The host of a channel answered with a redirect; those are not followed, since they may lead anywhere.',
    remedy: 'Configure the address that it redirects to, if it is yours.',
  },
  DELIVERY_THROTTLED: {
    retriable: true,
    meaning: 'The receiver asks for fewer requests.',
    remedy: 'Nothing, if it passes; else send less there: min_severity and kinds of the channel.',
  },
  DELIVERY_UNAVAILABLE: {
    retriable: true,
    meaning: 'The receiver answered that it cannot take the alert at the moment.',
    remedy: 'Look at the receiver; the alert is sent again for a day.',
  },
  DELIVERY_REJECTED: {
    retriable: false,
    meaning: 'The receiver refused the request for good, with the status in the message.',
    remedy:
      'Check the channel’s address and secrets (revoked, expired, of another account?), and try it with custody rules send-test.',
  },
  DELIVERY_CHANNEL_GONE: {
    retriable: false,
    meaning: 'The channel that an alert is for is not configured any more.',
    remedy: 'Configure a channel of that name for what comes next, or leave it.',
  },
  DELIVERY_IMPOSSIBLE: {
    retriable: false,
    meaning: 'The request to a channel could not be made out of the alert; this is a fault of Custody.',
    remedy: 'Report it with the log line; the alert itself is in custody.alerts and in the API.',
  },
});

export type DeliveryErrorCode = keyof typeof deliveryErrors;
