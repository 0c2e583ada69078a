package dev.meridian.controlplane.cli.contexts;

import static dev.meridian.controlplane.cli.output.Field.flag;
import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.output.Field;
import dev.meridian.controlplane.cli.output.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Contexts. */
@Command(
    name = "context",
    description =
        "Named sets of how a cluster is reached: list, show, set, use, delete. No server is asked.")
public final class ContextCommands {

  private final ContextInvocation invocation;

  public ContextCommands(ContextInvocation invocation) {
    this.invocation = invocation;
  }

  @Command(
      name = "list",
      description =
          "Lists the contexts; current is the one that a command uses which asks a server: that of"
              + " --context, else of MERIDIAN_CONTEXT, else of `context use`.")
  void list() {
    Optional<ContextName> current = invocation.chosen().map(ChosenContext::name);
    Contexts contexts = invocation.contexts().read();
    invocation
        .printer()
        .list(
            "contexts",
            contexts.byName().entrySet().stream()
                .map(entry -> new Item(describe(entry.getKey(), entry.getValue(), current)))
                .toList());
  }

  @Command(name = "show", description = "Describes a context, by default the current one.")
  void show(@Parameters(paramLabel = "NAME", arity = "0..1") Optional<ContextName> name) {
    Optional<ChosenContext> current = invocation.chosen();
    ContextsFile file = invocation.contexts();
    ContextName shown = name.or(() -> current.map(ChosenContext::name)).orElseThrow(this::none);
    Context context = named(() -> file.read().get(shown));
    List<Field> fields =
        new ArrayList<>(describe(shown, context, current.map(ChosenContext::name)));
    fields.add(text("file", file.toString()));
    invocation.printer().item(new Item(fields));
  }

  private AdminException none() {
    return AdminException.failed(
        invocation.contexts()
            + ": no context is current: expected NAME, --context, MERIDIAN_CONTEXT or `meridianctl"
            + " context use NAME` before");
  }

  @Command(
      name = "set",
      header = "Makes a context, or changes what is given of one.",
      description =
          "It keeps --server, --ca, --cert, --key and --user as they are on this command line;"
              + " paths are made absolute, and '' takes a value out. A password is never kept.",
      footer = {
        "  meridianctl context set demo --server us-1.example:5200 --ca ca.crt --user alice",
        "  meridianctl context set demo --server eu-1.example:5200"
      })
  void set(@Parameters(paramLabel = "NAME") ContextName name) {
    GivenOptions given = invocation.given();
    if (given.isEmpty()) {
      throw invocation.wrongUsage(
          "context "
              + name
              + ": nothing is given to set: expected --server, --ca, --cert, --key or --user");
    }
    // A user that is none is told as wrong usage, and before the file is touched.
    try {
      given.over(Context.EMPTY);
    } catch (IllegalArgumentException e) {
      throw invocation.wrongUsage("--user: " + e.getMessage());
    }
    change(
        "context " + name + " is set",
        name,
        contexts ->
            contexts.with(name, given.over(contexts.byName().getOrDefault(name, Context.EMPTY))));
  }

  @Command(
      name = "use",
      description = "Makes a context the current one, used where nothing else is said.",
      footer = "  meridianctl context use demo")
  void use(@Parameters(paramLabel = "NAME") ContextName name) {
    change("context " + name + " is the current one", name, contexts -> contexts.using(name));
  }

  @Command(
      name = "delete",
      description = "Deletes a context; when it was the current one, there is none then.")
  void delete(@Parameters(paramLabel = "NAME") ContextName name) {
    ContextsFile file = invocation.contexts();
    ContextsFile.Change change = named(() -> file.change(contexts -> contexts.without(name)));
    boolean current = change.before().current().filter(name::equals).isPresent();
    invocation
        .printer()
        .done(
            "context " + name + " deleted" + (current ? ", no context is current now" : ""),
            Item.of(text("name", name.value()), text("file", file.toString())));
  }

  private void change(String sentence, ContextName name, UnaryOperator<Contexts> change) {
    ContextsFile file = invocation.contexts();
    Contexts after = named(() -> file.change(change)).after();
    List<Field> fields = new ArrayList<>(describe(name, after.get(name), after.current()));
    fields.add(text("file", file.toString()));
    invocation.printer().done(sentence + ", in " + file, new Item(fields));
  }

  /** What asks for a context by its name. */
  private interface Lookup<T> {
    T find();
  }

  private <T> T named(Lookup<T> lookup) {
    try {
      return lookup.find();
    } catch (IllegalArgumentException e) {
      throw AdminException.failed(invocation.contexts() + ": " + e.getMessage(), e);
    }
  }

  private static List<Field> describe(
      ContextName name, Context context, Optional<ContextName> current) {
    List<Field> fields = new ArrayList<>();
    fields.add(text("name", name.value()));
    fields.add(flag("current", current.filter(name::equals).isPresent()));
    fields.add(text("server", written(context.server())));
    for (Context.File file : Context.File.values()) {
      fields.add(text(file.key(), written(context.path(file))));
    }
    fields.add(text("user", written(context.user())));
    return fields;
  }

  private static String written(Optional<?> value) {
    return value.map(Object::toString).orElse("");
  }
}
