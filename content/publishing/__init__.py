"""The only way in which what readers see changes: publish, withdraw, reschedule, restore, and retagging.

``gates`` says what must hold, ``waivers`` what somebody has answered for, ``windows`` alone moves an edition's window.
Imported by the audit, the importers, the admin and the commands.
"""
