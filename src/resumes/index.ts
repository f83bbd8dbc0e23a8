export type { ResumeAnalysis } from './analyze/index.js';
export { createExtractor } from './extract/extractor.js';
export { resumeHandlers } from './handlers.js';
export { deleteResumesOf } from './library.js';
