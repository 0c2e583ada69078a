/** Who calls the services of operators, and what they may read. */
package dev.meridian.controlplane.rpc.login;
