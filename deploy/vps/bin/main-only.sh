#!/bin/bash
# The runner calls this before each job (ACTIONS_RUNNER_HOOK_JOB_STARTED), and a failure ends the job before its first step.
#
# A pull request brings its own copy of the workflow, so what the workflow says about this machine is no protection: a
# fork may write another job that asks for this runner. GitHub says here which workflow at which commit is meant, and a
# workflow cannot change these variables.
set -eu
case "${GITHUB_EVENT_NAME:-} ${GITHUB_REF:-}" in
'push refs/heads/main' | 'workflow_dispatch refs/heads/main') ;;
*)
	echo "this machine runs main's own jobs only, not ${GITHUB_EVENT_NAME:-an unnamed event} of ${GITHUB_REF:-an unnamed ref}"
	exit 1
	;;
esac
case "${GITHUB_WORKFLOW_REF:-}" in
*/.github/workflows/calculator.yml@refs/heads/main) ;;
*)
	echo "this machine runs calculator.yml of main only, not ${GITHUB_WORKFLOW_REF:-an unnamed workflow}"
	exit 1
	;;
esac
