package dev.meridian.loadtest.history;

import java.util.List;

/** Something that a registry in order would not have shown, or that could not be found out. */
public sealed interface Finding {

  /**
   * No order of what was done explains what was seen.
   *
   * @param register the tag, or the digest of the manifest
   * @param background earlier operations that wrote what is seen in the contradiction
   * @param contradiction operations that have no order among themselves, by their start
   * @param uncertain how many more writes, of unknown outcome, might have played a part; they do
   *     not explain it either
   * @param impossible the one of the contradiction that cannot have ended as it did
   * @param possible what the register could be when it ended, but for that operation
   */
  record Violation(
      String register,
      List<Operation> background,
      List<Operation> contradiction,
      int uncertain,
      Operation impossible,
      List<String> possible)
      implements Finding {}

  /** An answer that is wrong by itself. */
  record WrongAnswer(Operation operation) implements Finding {}

  /** Whether there is an order could not be found out; a failure of this tool. */
  record Undecided(String register, String reason) implements Finding {}
}
