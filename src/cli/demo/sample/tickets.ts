/** The tickets that the help desk has before Syncline comes, and what customers write later. */

export interface DeskTicket {
  readonly subject: string;
  readonly description: string;
  /** The e-mail address of who wrote it. */
  readonly from: string;
  readonly channel: 'email' | 'web' | 'chat';
  readonly status: 'new' | 'open' | 'pending' | 'solved' | 'closed';
  readonly priority?: 'low' | 'normal' | 'high' | 'urgent';
  /** Deleted at the help desk since: it becomes no case. */
  readonly isSpam?: true;
}

/** A company that only the help desk knows, with somebody who writes to it: both come to Salesforce by their ticket. */
export const newcomer = {
  organization: { name: 'Lighthouse Coffee' },
  user: { name: 'Greta Holm', email: 'greta@lighthouse.example', organization: 'Lighthouse Coffee' },
} as const;

/** `known`: addresses of users who are contacts as well. */
export function ticketsOf(known: readonly string[]): readonly DeskTicket[] {
  const from = (i: number): string => known[i % known.length] ?? newcomer.user.email;
  return [
    {
      ...written('Printer on fire', 'It smokes.'),
      from: from(0),
      channel: 'email',
      status: 'open',
      priority: 'urgent',
    },
    { ...written('Invoice 4711', 'Wrong address.'), from: from(1), channel: 'web', status: 'pending', priority: 'low' },
    { ...written('Crate broken', 'See photo.'), from: from(2), channel: 'email', status: 'new', priority: 'normal' },
    { ...written('Password lost', 'Again.'), from: from(3), channel: 'web', status: 'solved', priority: 'low' },
    { ...written('Old complaint', 'Settled.'), from: from(4), channel: 'email', status: 'closed', priority: 'normal' },
    { ...written('Do you deliver?', 'To an island.'), from: newcomer.user.email, channel: 'email', status: 'new' },
    // The config says nothing of this channel: that field of its case waits for a person.
    { ...written('Asked in the chat', 'About opening hours.'), from: from(5), channel: 'chat', status: 'open' },
    { ...written('YOU HAVE WON', 'Click here.'), from: from(6), channel: 'email', status: 'new', isSpam: true },
  ];
}

function written(subject: string, description: string): Pick<DeskTicket, 'subject' | 'description'> {
  return { subject, description };
}

/** What customers write about; a number makes each its own. */
export const matters = ['Delivery is late', 'Login fails', 'Wrong invoice', 'Part is missing', 'Please call'] as const;
