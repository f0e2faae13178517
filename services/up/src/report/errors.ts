import { errorKinds } from '@custody/runtime';

export const reportErrors = errorKinds({
  REPORT_BROKEN: {
    retriable: true,
    meaning: 'A report broke off on its way, or what arrived is not what its manifest says. Nothing was written.',
    remedy: 'Ask again; if it stays so, look at the log of the query service, and ask for a shorter period.',
  },
  REPORT_NOT_WRITTEN: {
    retriable: false,
    meaning: 'The file of a report cannot be written.',
    remedy: 'Give a place that can be written to with --out, and check that the disk has room.',
  },
});
