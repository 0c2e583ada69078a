package dev.meridian.controlplane.raft;

import dev.meridian.proto.log.Command;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A command on its way. Whether it was sent is settled once: by the sender, or by giving up. */
final class QueuedCommand {

  private final Command command;
  private final int size;
  private final CompletableFuture<CommandResult> result = new CompletableFuture<>();
  private final AtomicBoolean settled = new AtomicBoolean();

  QueuedCommand(Command command) {
    this.command = command;
    this.size = command.getSerializedSize();
  }

  Command command() {
    return command;
  }

  /** In bytes. */
  int size() {
    return size;
  }

  CompletableFuture<CommandResult> result() {
    return result;
  }

  /** Whether it is to be sent: nobody has given it up. */
  boolean claim() {
    return settled.compareAndSet(false, true);
  }

  /** Nobody waits any longer: it is not sent if that is still in time. */
  CommandResult giveUp(String reason) {
    complete(
        settled.compareAndSet(false, true)
            ? new CommandResult.NotSubmitted(reason)
            : new CommandResult.Unknown(reason));
    return result.join();
  }

  /** The first answer counts. */
  void complete(CommandResult answer) {
    result.complete(answer);
  }
}
