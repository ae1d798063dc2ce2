/** How messages are signed, for those who send; the reading side is in `thread/`, where the authors are shown. */
export {parseSignature, type Signature, signMessage} from '../thread/signature.ts';
