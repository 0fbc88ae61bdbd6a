/**
 * The dumps that answer a question, with their replacements.
 */
import type { Family } from "../families/family.ts";
import type { DumpRequest, KernelFilter, Question } from "../families/question.ts";

/** A dump to request. */
export interface Attempt extends Pick<DumpRequest, "part" | "message"> {
  /** Its replacement if the kernel refuses it. */
  readonly instead?: readonly Attempt[];
  /** Whether the kernel checks part of the filter. */
  readonly inKernel: boolean;
}

/** The dumps that answer a question. Their replacements leave the filter to this program. */
export function attemptsFor(family: Family, question: Question, kernelFilter: KernelFilter | null): Attempt[] {
  const plain = family.encodeRequests(question).map(withoutFilter);
  if (kernelFilter === null) return plain;
  return family.encodeRequests({ ...question, kernelFilter }).map((request, i) => withFilter(request, plain[i]!));
}

const withoutFilter = ({ part, message, instead }: DumpRequest): Attempt => ({
  part,
  message,
  ...instead === undefined ? {} : { instead: instead.map(withoutFilter) },
  inKernel: false,
});

const withFilter = ({ part, message, instead }: DumpRequest, plain: Attempt): Attempt => ({
  part,
  message,
  instead: instead?.map((request, i) => withFilter(request, plain.instead![i]!)) ?? [plain],
  inKernel: true,
});
