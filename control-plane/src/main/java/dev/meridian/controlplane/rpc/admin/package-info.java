/** The services of operators. */
package dev.meridian.controlplane.rpc.admin;
