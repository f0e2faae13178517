/** The group whose commits say which decisions are stored. */
export const decisionsGroup = 'custody.consumer';
