/** Times as people write them on a command line. */
export {parseDuration} from '../../composer/duration.ts';
