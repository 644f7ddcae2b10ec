setTimeout(() => console.log("late"), 3600 * 1000);
