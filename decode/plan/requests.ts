/**
 * The dumps that are asked for to answer a question, and those in their stead.
 */
import type { Family } from "../families/family.ts";
import type { DumpRequest, KernelFilter, Question } from "../families/question.ts";

/** A dump to ask for. */
export interface Attempt extends Pick<DumpRequest, "part" | "message"> {
  /** What to ask if the kernel refuses it. */
  readonly instead?: readonly Attempt[];
  /** Whether the kernel is asked to check sockets. */
  readonly inKernel: boolean;
}

/** The dumps that answer a question; where the kernel refuses to check sockets, those that leave it to us. */
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
