"""What is wrong on a journey: dead ends, silence, stale and missing content, each as a finding with its remedy.

``run`` asks every check once; ``checks/`` holds one family of findings a file. Writes only its own runs and waivers.
Imported by the API, the admin and the ``audit_journey`` command.
"""
