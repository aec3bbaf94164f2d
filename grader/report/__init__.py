"""What people read: feedback for students, grades for instructors, progress in the terminal."""
