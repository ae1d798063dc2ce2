/** An attempt to connect that must fail, for the tests of the transport. */
import type {FrameChannel} from '../../source/transport/connect.ts';
import {TransportError} from '../../source/transport/errors.ts';

/** The error of the attempt. Throws when it succeeds, or fails with anything else. */
export const failureOfAttempt = async (attempt: Promise<FrameChannel>): Promise<TransportError> => {
	try {
		const channel = await attempt;
		await channel.close();
	} catch (error) {
		if (error instanceof TransportError) return error;
		throw error;
	}
	throw new Error('it connected');
};
