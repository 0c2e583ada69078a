package dev.meridian.controlplane.rpc.admin;

import dev.meridian.controlplane.prepare.AccessPreparer;
import dev.meridian.controlplane.prepare.AdminPreparer;
import dev.meridian.controlplane.rpc.login.OperatorLogin;

/**
 * How operators come in.
 *
 * @param login who they are
 * @param commands what they ask for
 * @param access what they ask for that is about access
 */
public record Operators(OperatorLogin login, AdminPreparer commands, AccessPreparer access) {}
