/**
 * Has the browser name a language. Where a machine's locale is POSIX it says `en-US@posix`, which is none, and the charts'
 * module, which makes a number format of it as soon as it is loaded, fails.
 */
export function haveLanguage(): void {
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
  }
}
