import {expect, test} from 'vitest';
import {
	decodeAnswered,
	decodePresence,
	decodeShareDescription,
	decodeWelcome,
} from '../../source/protocol/share.ts';

const someone = (id: number) => ({
	id: `${id}`,
	name: 'x'.repeat(5000),
	role: 'steer',
	client: 'jumpseat',
	at: 'live',
	typing: true,
});

test('a share that names more people and longer names than any has is taken at a share’s measure', () => {
	const people = Array.from({length: 50_000}, (_, id) => someone(id));
	const told = decodePresence({you: someone(1), people});
	expect(told?.people).toHaveLength(512);
	expect(told?.people[0]?.name).toHaveLength(200);
	expect(told?.you.name).toHaveLength(200);
	const described = decodeShareDescription({
		threadId: 'T',
		doors: Array(5000).fill('d'.repeat(5000)),
		invitations: people,
		people,
	});
	expect(described?.doors).toHaveLength(32);
	expect(described?.invitations).toHaveLength(512);
	expect(described?.people).toHaveLength(512);
	const by = 'x'.repeat(5000);
	expect(decodeAnswered({requestId: 1, threadId: 'T', by, answer: null})?.by).toHaveLength(200);
	expect(decodeWelcome({jumpseat: {protocol: 1, threadId: 'T', you: someone(1)}})?.you.name).toHaveLength(
		200,
	);
});
